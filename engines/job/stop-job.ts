/** Asks a job to keep its last checkpoint and end: by the file that works from afar too. */
import { closeSync, openSync } from "node:fs";
import type { JobFolder } from "./folder";

export function askToStop({ stop }: Pick<JobFolder, "stop">): void {
  closeSync(openSync(stop, "a"));
}
