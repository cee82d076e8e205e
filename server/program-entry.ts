/** How to start a program of Telar's own as a child of this process. */
import { existsSync } from "node:fs";
import { join } from "node:path";

/** A file, and what Node needs to load it. */
export type ProgramEntry = { file: string; execArgv?: string[]; env?: Record<string, string> };

/** The bundle in a built checkout, the source through tsx otherwise. */
export function programEntry(root: string, name: string, source: string): ProgramEntry {
  const built = join(root, "dist", `${name}.js`);
  if (existsSync(built)) return { file: built, execArgv: ["--enable-source-maps"] };
  return { file: join(root, source), execArgv: ["--import", import.meta.resolve("tsx")] };
}
