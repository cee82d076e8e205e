/** Everything between a fresh clone and a program that runs; with `web`, the pages too. */
export function setUp(options?: { web?: boolean }): Promise<void>;
