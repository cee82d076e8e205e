/** The files that a job has made: named by it with size and SHA-256, and held against what lies on disk. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { lstat, readdir, realpath } from "node:fs/promises";
import { isAbsolute, join, relative, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import { Failure } from "@/graph/problems";
import type { MadeFile } from "./event";

/**
 * Every file below `dir`, sorted by path.
 * @throws Failure `output-not-a-file` for a link or a pipe
 */
export async function listMade(dir: string): Promise<MadeFile[]> {
  const made: MadeFile[] = [];
  for (const entry of await readdir(dir, { withFileTypes: true, recursive: true })) {
    if (entry.isDirectory()) continue;
    const file = join(entry.parentPath, entry.name);
    const path = relative(dir, file).split(sep).join("/");
    if (!entry.isFile()) throw new Failure("INTERNAL", "output-not-a-file", { path });
    const hash = createHash("sha256");
    await pipeline(createReadStream(file), hash);
    made.push({ path, size: (await lstat(file)).size, sha256: hash.digest("hex") });
  }
  return made.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/**
 * Whether a job wrote what it says. Pure. Undefined when it did, else the first path that differs.
 */
export function firstDifference(named: readonly MadeFile[], found: readonly MadeFile[]): string | undefined {
  const wanted = new Map(named.map((file) => [file.path, file]));
  for (const { path, size, sha256 } of found) {
    const file = wanted.get(path);
    if (!file || file.size !== size || file.sha256 !== sha256) return path;
    wanted.delete(path);
  }
  return wanted.keys().next().value ?? (named.length === found.length ? undefined : named[0]!.path);
}

/**
 * The folder `path` of `root`, where it is a real folder inside of it: no link on the way, no step out.
 * @throws Failure `job-folder-outside`
 */
export async function folderInside(root: string, path: string): Promise<string> {
  const base = await realpath(root);
  const outside = isAbsolute(path) || path.includes("\u0000") || path.split(/[\\/]/).includes("..");
  const wanted = join(base, path);
  const real = outside ? undefined : await realpath(wanted).catch(() => undefined);
  const isFolder = real === wanted && wanted !== base && (await lstat(real)).isDirectory();
  if (!isFolder) throw new Failure("INTERNAL", "job-folder-outside", { path });
  return wanted;
}
