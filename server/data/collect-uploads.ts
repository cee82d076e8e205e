import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { UPLOADS } from "../limits";
import { UPLOADS_FOLDER } from "./take-place";
import { type DataDirs, dataFolder, unfinishedDir } from "./upload-record";

/** Removes uploads that nobody went on with. Gives how many. */
export async function collectUploads(env: DataDirs, now = Date.now()): Promise<number> {
  const old = async (path: string) => {
    const files = [path, join(path, "data"), join(path, "upload.json")];
    const times = await Promise.all(
      files.map((file) =>
        stat(file).then(
          ({ mtimeMs }) => mtimeMs,
          () => 0,
        ),
      ),
    );
    return now - Math.max(...times) > UPLOADS.expireMs;
  };
  const dir = unfinishedDir(env);
  const all = (await readdir(dir).catch(() => [])).map((name) => join(dir, name));
  // What versions before this one left beside the files.
  const uploads = join(dataFolder(env), UPLOADS_FOLDER);
  for (const name of await readdir(uploads).catch(() => []))
    if (/^\.[0-9a-f]{12}\.part$/.test(name)) all.push(join(uploads, name));
  let removed = 0;
  for (const path of all) {
    if (!(await old(path))) continue;
    await rm(path, { recursive: true, force: true });
    removed++;
  }
  return removed;
}
