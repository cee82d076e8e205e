/** Gives a whole file its name below the uploads of the data folder. */
import { link, mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { lookOf, numbered } from "./safe-name";
import { type DataDirs, dataFolder } from "./upload-record";

export const UPLOADS_FOLDER = "uploads";

/**
 * Never overwrites, and never stands beside a name that looks the same. `link` fails when the name is taken, so two uploads at
 * once get two names.
 */
export async function takePlace(
  env: DataDirs,
  bytes: string,
  wished: string,
): Promise<{ path: string; name: string }> {
  const dir = join(dataFolder(env), UPLOADS_FOLDER);
  await mkdir(dir, { recursive: true });
  const taken = new Set((await readdir(dir)).map(lookOf));
  for (let i = 1; ; i++) {
    const name = numbered(wished, i);
    if (taken.has(lookOf(name))) continue;
    try {
      await link(bytes, join(dir, name));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EEXIST") continue;
      throw error;
    }
    await rm(bytes);
    return { path: `${UPLOADS_FOLDER}/${name}`, name };
  }
}
