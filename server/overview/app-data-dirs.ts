import { join } from "node:path";
import type { Env } from "../env";

/** Folders that graphs of the web app may read beside `TELAR_DATA_DIRS`: the examples' paths are relative to theirs. */
export const appDataDirs = (env: Pick<Env, "root">): string[] => [join(env.root, "examples")];
