import { stat } from "node:fs/promises";

/** As long as this stays, so does what was read from the file. */
export async function fileStamp(path: string): Promise<string> {
  const { size, mtimeMs, ino } = await stat(path);
  return `${size} ${mtimeMs} ${ino}`;
}
