/** Blobs in a folder: `sha256/ab/abcd…`. A blob appears whole or not at all, and is never written again. */
import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { access, chmod, copyFile, link, mkdir, open, readFile, rename, rm, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { sayDiskFull } from "./disk-errors";
import type { BlobStore } from "./store";

export function localStore(dir: string): BlobStore {
  const scratch = join(dir, "tmp");
  mkdirSync(scratch, { recursive: true });
  const at = (sha256: string) => join(dir, "sha256", sha256.slice(0, 2), sha256);
  const has = (sha256: string) =>
    access(at(sha256)).then(
      () => true,
      () => false,
    );
  return {
    place: dir,
    scratch,
    views: join(dir, "open"),
    has,
    take: (files) =>
      sayDiskFull(dir, async () => {
        // Together: the disk then writes its journal once for all of them.
        await Promise.all(files.map(({ path }) => sync(path)));
        for (const { path, sha256 } of files) await take(path, at(sha256), scratch);
      }),
    read: (sha256) => readFile(at(sha256)).catch(gone),
    local: async (sha256) => ((await has(sha256)) ? at(sha256) : undefined),
    link: async (sha256, path) => {
      if (!(await has(sha256))) return false;
      await sayDiskFull(dir, () => linkFile(at(sha256), path));
      return true;
    },
  };
}

async function take(path: string, to: string, scratch: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await chmod(path, 0o444);
  try {
    await rename(path, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EXDEV") throw error;
    const copy = join(scratch, `copy-${randomBytes(8).toString("hex")}`);
    try {
      await copyFile(path, copy);
      await sync(copy);
      await rename(copy, to);
    } finally {
      await rm(copy, { force: true });
    }
  }
  // Renaming one name of a file onto another name of the same file leaves both.
  await rm(path, { force: true });
}

async function sync(path: string): Promise<void> {
  const file = await open(path, "r");
  try {
    await file.datasync();
  } finally {
    await file.close();
  }
}

async function linkFile(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return;
    if (code !== "EXDEV" && code !== "EPERM" && code !== "EMLINK") throw error;
    await symlink(from, to);
  }
}

function gone(error: NodeJS.ErrnoException): undefined {
  if (error.code === "ENOENT") return undefined;
  throw error;
}
