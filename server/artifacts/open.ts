/** Reads artifacts out of the store. */
import { randomBytes } from "node:crypto";
import { mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { Failure } from "@/graph/problems";
import { type Manifest, manifestDigest, manifestSchema } from "./manifest";
import { BlobDamaged, type BlobStore } from "./store";
import { holds } from "./verify";

/** @throws Failure `artifact-missing`, `artifact-damaged` */
export async function readManifest(store: BlobStore, digest: string): Promise<Manifest> {
  const sha256 = digest.slice("sha256:".length);
  for (;;) {
    const bytes = await named(digest, "its manifest", store, () => store.read(sha256));
    if (!bytes) throw missing(digest, store);
    const parsed = parse(bytes);
    if (parsed && manifestDigest(parsed) === digest) return parsed;
    if (!(await store.forget(sha256))) throw damaged(digest, "its manifest", store);
  }
}

export type OpenArtifact = { dir: string; manifest: Manifest };

/**
 * A folder with the artifact's files, each verified against its digest once a process. Not to be written to.
 * The folder stays: the next to open it finds it there.
 * @throws Failure `artifact-missing`, `artifact-damaged`, `disk-full`
 */
export async function openArtifact(store: BlobStore, digest: string): Promise<OpenArtifact> {
  const manifest = await readManifest(store, digest);
  const dir = join(store.views, digest.slice("sha256:".length));
  store.use(manifest.files.map(({ sha256 }) => sha256));
  if (await intact(dir, manifest)) return { dir, manifest };
  const making = `${dir}.${randomBytes(4).toString("hex")}`;
  try {
    for (const { path, size, sha256 } of manifest.files) {
      const to = join(making, path);
      mkdirSync(dirname(to), { recursive: true });
      while (true) {
        if (!(await named(digest, path, store, () => store.link(sha256, to)))) throw missing(digest, store);
        if (await holds(to, sha256, size)) break;
        rmSync(to, { force: true });
        if (!(await store.forget(sha256))) throw damaged(digest, path, store);
      }
    }
    if (!manifest.files.length) mkdirSync(making, { recursive: true });
    await swap(making, dir, () => intact(dir, manifest));
  } catch (error) {
    rmSync(making, { recursive: true, force: true });
    throw error;
  }
  return { dir, manifest };
}

/** One file of an artifact on this machine, not verified again: for people who look at it. */
export async function artifactFile(
  store: BlobStore,
  digest: string,
  path: string,
): Promise<{ file: string; size: number } | undefined> {
  const found = (await readManifest(store, digest)).files.find((file) => file.path === path);
  const file = found && (await named(digest, path, store, () => store.local(found.sha256)));
  return file ? { file, size: found.size } : undefined;
}

/** Says of which artifact the bytes are that came damaged out of a bucket. */
async function named<T>(digest: string, path: string, store: BlobStore, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof BlobDamaged ? damaged(digest, path, store) : error;
  }
}

async function intact(dir: string, manifest: Manifest): Promise<boolean> {
  try {
    for (const { path, size, sha256 } of manifest.files)
      if (!(await holds(join(dir, path), sha256, size))) return false;
    return manifest.files.length > 0;
  } catch {
    return false;
  }
}

/** Somebody else may do the same at the same time: a whole folder stays, since others read in it already. */
async function swap(making: string, dir: string, whole: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      renameSync(making, dir);
      return;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if ((code !== "ENOTEMPTY" && code !== "EEXIST") || attempt === 3) throw error;
      if (await whole()) {
        rmSync(making, { recursive: true });
        return;
      }
      const old = `${dir}.old-${randomBytes(4).toString("hex")}`;
      try {
        renameSync(dir, old);
      } catch {
        continue;
      }
      rmSync(old, { recursive: true, force: true });
    }
  }
}

function parse(bytes: Buffer): Manifest | undefined {
  try {
    return manifestSchema.parse(JSON.parse(bytes.toString("utf8")));
  } catch {
    return undefined;
  }
}

const missing = (digest: string, store: BlobStore) =>
  new Failure("UNAVAILABLE", "artifact-missing", { digest, place: store.place });
const damaged = (digest: string, path: string, store: BlobStore) =>
  new Failure("UNAVAILABLE", "artifact-damaged", { digest, path, place: store.place });
