import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { diskFull, isDiskFull } from "@/engines/disk-full";

/** What PostgreSQL said last tells a full disk from other reasons. */
const TAIL_BYTES = 2_000;

/** Why the database could not be created or started. `since`: where its log ended before. */
export function startFailure(message: string, dir: string, logFile: string, since: number): Error {
  const cause = new Error(tailOf(logFile, since));
  return isDiskFull(cause) ? diskFull(dir, cause) : new Error(`${message} The reason is in ${logFile}.`);
}

export function sizeOf(logFile: string): number {
  const fd = openSync(logFile, "a");
  try {
    return fstatSync(fd).size;
  } finally {
    closeSync(fd);
  }
}

function tailOf(file: string, since: number): string {
  try {
    const fd = openSync(file, "r");
    try {
      const { size } = fstatSync(fd);
      const from = Math.max(since, size - TAIL_BYTES);
      const buffer = Buffer.alloc(Math.max(0, size - from));
      readSync(fd, buffer, 0, buffer.length, from);
      return buffer.toString("utf8");
    } finally {
      closeSync(fd);
    }
  } catch {
    return "";
  }
}
