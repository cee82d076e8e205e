/** Everything between a fresh clone and a program that runs; with `web`, the pages too; without `programs`, only what checks of the sources need. */
export function setUp(options?: { web?: boolean; programs?: boolean }): Promise<void>;
