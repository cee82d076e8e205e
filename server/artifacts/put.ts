/** Puts a folder into the store and names it. */
import { randomBytes } from "node:crypto";
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join, sep } from "node:path";
import { sayDiskFull } from "@/engines/disk-full";
import type { MadeFile } from "@/engines/job/event";
import { firstDifference } from "@/engines/job/made-files";
import { Failure } from "@/graph/problems";
import { type Manifest, manifestDigest, manifestText } from "./manifest";
import type { BlobStore } from "./store";
import { hashFile, trust } from "./verify";

export type Stored = { digest: string; manifest: Manifest };

/**
 * Moves the files of `dir` into the store. The manifest goes in last, so a digest names a whole artifact or nothing.
 * @param named the files as a job named them: when others lie there, nothing is taken
 * @throws Failure `disk-full`, `output-not-a-file`, `job-file-differs`
 */
export async function putFolder(
  store: BlobStore,
  dir: string,
  { type, facts }: Pick<Manifest, "type" | "facts">,
  named?: readonly MadeFile[],
): Promise<Stored> {
  const files: Manifest["files"] = [];
  const taken: { path: string; sha256: string }[] = [];
  for (const path of listFiles(dir)) {
    const { sha256, size } = await hashFile(join(dir, path));
    files.push({ path: path.split(sep).join("/"), size, sha256 });
    taken.push({ path: join(dir, path), sha256 });
  }
  const differs = named && firstDifference(named, files);
  if (differs !== undefined) throw new Failure("INTERNAL", "job-file-differs", { path: differs });
  // A round trip through JSON: what is hashed is what will be read.
  const manifest: Manifest = JSON.parse(manifestText({ type, facts, files }));
  const digest = manifestDigest(manifest);
  const file = join(store.scratch, `manifest-${randomBytes(8).toString("hex")}`);
  try {
    await sayDiskFull(store.place, async () => writeFileSync(file, manifestText(manifest)));
    await store.take([...taken, { path: file, sha256: digest.slice("sha256:".length) }]);
  } catch (error) {
    rmSync(file, { force: true });
    throw error;
  }
  for (const { sha256 } of taken) {
    const local = await store.local(sha256);
    if (local) trust(local, sha256);
  }
  return { digest, manifest };
}

function listFiles(dir: string): string[] {
  const entries = readdirSync(dir, { withFileTypes: true, recursive: true });
  const files: string[] = [];
  for (const entry of entries) {
    if (entry.isDirectory()) continue;
    const path = join(entry.parentPath, entry.name).slice(dir.length + 1);
    if (!entry.isFile()) throw new Failure("INTERNAL", "output-not-a-file", { path });
    files.push(path);
  }
  return files.sort();
}
