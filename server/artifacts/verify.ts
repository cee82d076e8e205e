/** Hashes of files, and which of them this process has already found to be what their names say. */
import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { open } from "node:fs/promises";
import * as limits from "./limits";

export async function hashFile(
  path: string,
  signal?: AbortSignal,
): Promise<{ sha256: string; size: number }> {
  const { size: expected } = statSync(path);
  // A small file is read in one go: a turn through the thread pool would take longer than the reading.
  if (expected <= limits.smallFileBytes) {
    const bytes = readFileSync(path);
    return { sha256: createHash("sha256").update(bytes).digest("hex"), size: bytes.length };
  }
  const hash = createHash("sha256");
  const file = await open(path, "r");
  let size = 0;
  try {
    const buffer = Buffer.allocUnsafe(limits.hashChunkBytes);
    for (;;) {
      signal?.throwIfAborted();
      const { bytesRead } = await file.read(buffer, 0, buffer.length, null);
      if (!bytesRead) break;
      hash.update(buffer.subarray(0, bytesRead));
      size += bytesRead;
    }
  } finally {
    await file.close();
  }
  return { sha256: hash.digest("hex"), size };
}

/** Digest → what the file looked like when it was verified. */
const verified = new Map<string, string>();

/** True when the file is there and holds the bytes its digest names. Read once a process, and again when the file has changed since. */
export async function holds(path: string, sha256: string, size: number): Promise<boolean> {
  const now = look(path);
  if (now?.size !== size) return false;
  if (verified.get(sha256) === now.text) return true;
  if ((await hashFile(path)).sha256 !== sha256) return false;
  verified.set(sha256, now.text);
  return true;
}

/** A file this process wrote and hashed itself. */
export function trust(path: string, sha256: string): void {
  const now = look(path);
  if (now) verified.set(sha256, now.text);
}

function look(path: string): { size: number; text: string } | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  return found && { size: found.size, text: `${found.dev}:${found.ino}:${found.size}:${found.mtimeMs}` };
}
