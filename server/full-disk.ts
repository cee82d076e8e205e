import { diskFull, isDatabaseFull } from "@/engines/disk-full";
import type { Failure } from "@/graph/problems";
import { env } from "./env";

export { isDiskFull } from "@/engines/disk-full";

/** Said of the database's folder or the home, where the error names no file itself. */
export const fullDisk = (cause: unknown): Failure =>
  diskFull(isDatabaseFull(cause) ? env().databaseDir : env().home, cause);
