/** Name of the program → its source; `outdir` in the checkout. */
export function bundle(entryPoints: Record<string, string>, outdir: string): Promise<void>;
export function bundlePrograms(): Promise<void>;
