/**
 * Where uploads lie that are not whole yet: `<data folder>/.telar-uploads/<id>/`, on the disk that will hold the file, with
 * `data` (the bytes that came, in order: its length is the offset) and `upload.json`. No graph can name a path in there.
 */
import { randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { OWN_FOLDER } from "@/engines/paths";
import { Failure } from "@/graph/problems";
import type { UploadState } from "@/transfer/upload-state";
import type { Env } from "../env";
import { UPLOADS } from "../limits";

const schema = z.object({
  id: z.string(),
  teamId: z.string(),
  name: z.string(),
  /** Null: it ends when the sender says so. */
  size: z.int().nonnegative().nullable(),
  /** What a sender knows the file by, to go on with it. */
  fingerprint: z.string().optional(),
  /** Once it is whole and has its place. */
  stored: z.object({ path: z.string(), name: z.string(), sha256: z.string() }).optional(),
});
export type UploadRecord = z.infer<typeof schema>;
export type DataDirs = Pick<Env, "dataDirs">;

const ID = /^[0-9a-f]{32}$/;
export const newUploadId = (): string => randomBytes(16).toString("hex");

/** The data folder that uploads go to. @throws Failure `no-data-folder` */
export function dataFolder({ dataDirs }: DataDirs): string {
  const [first] = dataDirs;
  if (!first) throw new Failure("INVALID_INPUT", "no-data-folder");
  return first;
}

export const unfinishedDir = (env: DataDirs): string => join(dataFolder(env), OWN_FOLDER);
export const uploadDir = (env: DataDirs, id: string): string => join(unfinishedDir(env), id);
export const bytesOf = (env: DataDirs, id: string): string => join(uploadDir(env, id), "data");
const noteOf = (env: DataDirs, id: string): string => join(uploadDir(env, id), "upload.json");

export async function writeRecord(env: DataDirs, record: UploadRecord): Promise<void> {
  const note = noteOf(env, record.id);
  await mkdir(uploadDir(env, record.id), { recursive: true });
  await writeFile(`${note}.part`, JSON.stringify(record));
  await rename(`${note}.part`, note);
}

export async function readRecord(env: DataDirs, id: string): Promise<UploadRecord | undefined> {
  if (!ID.test(id)) return undefined;
  const text = await readFile(noteOf(env, id), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

export async function listRecords(env: DataDirs): Promise<UploadRecord[]> {
  const ids = await readdir(unfinishedDir(env)).catch(() => []);
  const records = await Promise.all(ids.map((id) => readRecord(env, id)));
  return records.filter((record) => record !== undefined);
}

/** Bytes that are there, and when the last one came. */
export async function progressOf(env: DataDirs, record: UploadRecord) {
  const found = await stat(bytesOf(env, record.id)).catch(() => undefined);
  const made = found ?? (await stat(noteOf(env, record.id)));
  const offset = record.stored ? (record.size ?? 0) : (found?.size ?? 0);
  return { offset, touchedAt: made.mtimeMs };
}

export async function stateOf(env: DataDirs, record: UploadRecord): Promise<UploadState> {
  const { id, name, size, stored } = record;
  const { offset, touchedAt } = await progressOf(env, record);
  const expiresAt = new Date(touchedAt + UPLOADS.expireMs).toISOString();
  return { id, name, size, offset, expiresAt, ...(stored ? { stored } : {}) };
}
