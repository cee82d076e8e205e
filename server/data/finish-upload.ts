import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { hashChunkBytes } from "../artifacts/limits";
import { takePlace } from "./take-place";
import { bytesOf, type DataDirs, type UploadRecord, writeRecord } from "./upload-record";

/**
 * Gives a file that is whole its place. The digest is of what the disk holds, not of what came.
 * Undefined when the digest is not the expected one.
 */
export async function finishUpload(
  env: DataDirs,
  record: UploadRecord,
  expected: string | undefined,
): Promise<UploadRecord | undefined> {
  const bytes = bytesOf(env, record.id);
  const file = await open(bytes, "r+");
  await file.sync().finally(() => file.close());
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(bytes, { highWaterMark: hashChunkBytes })) hash.update(chunk);
  const sha256 = hash.digest("hex");
  if (expected !== undefined && sha256 !== expected) return undefined;
  const stored = { ...record, stored: { ...(await takePlace(env, bytes, record.name)), sha256 } };
  await writeRecord(env, stored);
  return stored;
}
