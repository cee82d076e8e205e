/** Blobs in a folder: `sha256/ab/abcd…`. A blob appears whole or not at all, and is never written again. */
import { randomBytes } from "node:crypto";
import {
  chmodSync,
  closeSync,
  createReadStream,
  existsSync,
  fdatasync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { copyFile, readdir, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { sayDiskFull } from "@/engines/disk-full";
import type { BlobStore, StoredBlob } from "./store";
import { sweepFolder } from "./sweep-folder";
import { hashFile } from "./verify";

export function localStore(dir: string): BlobStore {
  const scratch = join(dir, "tmp");
  mkdirSync(scratch, { recursive: true });
  const at = (sha256: string) => join(dir, "sha256", sha256.slice(0, 2), sha256);
  const has = async (sha256: string) => existsSync(at(sha256));
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
    read: async (sha256) => ((await has(sha256)) ? readFileSync(at(sha256)) : undefined),
    local: async (sha256) => ((await has(sha256)) ? at(sha256) : undefined),
    link: async (sha256, path) => {
      if (!(await has(sha256))) return false;
      await sayDiskFull(dir, async () => linkFile(at(sha256), path));
      return true;
    },
    stream: async (sha256, range) => ((await has(sha256)) ? createReadStream(at(sha256), range) : undefined),
    use: () => {},
    release: () => {},
    forget: async () => false,
    absent: (blobs) =>
      blobs.flatMap(({ sha256, size }) => {
        const found = sizeOf(at(sha256));
        return found === undefined || (size !== undefined && found !== size) ? [sha256] : [];
      }),
    async check(sha256, size) {
      if (!(await has(sha256))) return "missing";
      const found = await hashFile(at(sha256)).catch(() => undefined);
      return found?.size === size && found.sha256 === sha256 ? "whole" : "damaged";
    },
    owners: () => readdir(join(dir, "owners")).catch(() => []),
    async own(installation) {
      mkdirSync(join(dir, "owners"), { recursive: true });
      writeFileSync(join(dir, "owners", installation), "");
    },
    list: () => list(dir),
    async remove(sha256s) {
      for (const sha256 of sha256s) {
        await rm(at(sha256), { force: true });
        // An artifact that was laid out as a folder holds its files by further names.
        await rm(join(dir, "open", sha256), { recursive: true, force: true });
      }
    },
    sweep: async (before) =>
      (await sweepFolder(scratch, before)) + (await sweepFolder(join(dir, "open"), before)),
  };
}

async function* list(dir: string): AsyncGenerator<StoredBlob> {
  for (const folder of await readdir(join(dir, "sha256")).catch(() => [])) {
    for (const sha256 of await readdir(join(dir, "sha256", folder))) {
      const found = await stat(join(dir, "sha256", folder, sha256)).catch(() => undefined);
      if (found?.isFile() && /^[0-9a-f]{64}$/.test(sha256))
        yield { sha256, size: found.size, modified: found.mtime };
    }
  }
}

const sizeOf = (path: string) => statSync(path, { throwIfNoEntry: false })?.size;

async function take(path: string, to: string, scratch: string): Promise<void> {
  // Metadata only, microseconds each: a turn through the thread pool would take longer.
  chmodSync(path, 0o444);
  // New from now on: what is collected as unused goes by this age.
  const now = new Date();
  utimesSync(path, now, now);
  try {
    move(path, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EXDEV") throw error;
    const copy = join(scratch, `copy-${randomBytes(8).toString("hex")}`);
    try {
      await copyFile(path, copy);
      await sync(copy);
      move(copy, to);
    } finally {
      rmSync(copy, { force: true });
    }
  }
  // Renaming one name of a file onto another name of the same file leaves both.
  if (existsSync(path)) rmSync(path);
}

/** Seldom the first of its folder: that is made when it turns out to be missing. */
function move(path: string, to: string): void {
  try {
    renameSync(path, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    mkdirSync(dirname(to), { recursive: true });
    renameSync(path, to);
  }
}

const datasync = promisify(fdatasync);

async function sync(path: string): Promise<void> {
  const file = openSync(path, "r");
  try {
    await datasync(file);
  } finally {
    closeSync(file);
  }
}

function linkFile(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return;
    if (code !== "EXDEV" && code !== "EPERM" && code !== "EMLINK") throw error;
    symlinkSync(from, to);
  }
}
