/** Hashes of files, and which of them this process has already found to be what their names say. */
import { createHash } from "node:crypto";
import { open, stat } from "node:fs/promises";
import * as limits from "./limits";

export async function hashFile(
  path: string,
  signal?: AbortSignal,
): Promise<{ sha256: string; size: number }> {
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

/** True when the file holds the bytes its digest names. Read once a process, and again when the file has changed since. */
export async function holds(path: string, sha256: string, size: number): Promise<boolean> {
  const now = await look(path);
  if (now.size !== size) return false;
  if (verified.get(sha256) === now.text) return true;
  if ((await hashFile(path)).sha256 !== sha256) return false;
  verified.set(sha256, now.text);
  return true;
}

/** A file this process wrote and hashed itself. */
export async function trust(path: string, sha256: string): Promise<void> {
  verified.set(sha256, (await look(path)).text);
}

async function look(path: string): Promise<{ size: number; text: string }> {
  const { size, mtimeMs, ino, dev } = await stat(path);
  return { size, text: `${dev}:${ino}:${size}:${mtimeMs}` };
}
