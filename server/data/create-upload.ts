import { mkdir, open, rm, statfs } from "node:fs/promises";
import { diskFull, sayDiskFull } from "@/engines/disk-full";
import { Refusal } from "../errors";
import { UPLOADS } from "../limits";
import { collectUploads } from "./collect-uploads";
import { safeName } from "./safe-name";
import {
  bytesOf,
  type DataDirs,
  dataFolder,
  listRecords,
  newUploadId,
  progressOf,
  type UploadRecord,
  unfinishedDir,
  uploadDir,
  writeRecord,
} from "./upload-record";

export type NewUpload = {
  teamId: string;
  /** As the sender has it. */
  name: string;
  /** Null: it is not known before the end. */
  size: number | null;
  fingerprint?: string | undefined;
};

/** Makes room for a file to come. @throws Refusal `upload-too-large`, `uploads-too-many`, Failure `no-data-folder`, `disk-full` */
export async function createUpload(
  env: DataDirs,
  { teamId, name, size, fingerprint }: NewUpload,
): Promise<UploadRecord> {
  refuseTooLarge(size ?? 0);
  const root = dataFolder(env);
  await collectUploads(env);
  await makeRoom(env, teamId);
  const record: UploadRecord = {
    id: newUploadId(),
    teamId,
    name: safeName(name),
    size,
    ...(fingerprint ? { fingerprint: fingerprint.slice(0, 200) } : {}),
  };
  await sayDiskFull(root, async () => {
    await mkdir(unfinishedDir(env), { recursive: true });
    await refuseFullDisk(root, size ?? 0);
    await mkdir(uploadDir(env, record.id));
    await (await open(bytesOf(env, record.id), "wx")).close();
    await writeRecord(env, record);
  });
  return record;
}

export function refuseTooLarge(size: number): void {
  if (size > UPLOADS.maxBytes)
    throw new Refusal("PAYLOAD_TOO_LARGE", "upload-too-large", { limit: UPLOADS.maxBytes / 1e9 });
}

async function refuseFullDisk(root: string, size: number): Promise<void> {
  const { bavail, bsize } = await statfs(root);
  if (size + UPLOADS.spareBytes > bavail * bsize) throw diskFull(root, undefined, size + UPLOADS.spareBytes);
}

/** @throws Refusal `uploads-too-many` */
async function makeRoom(env: DataDirs, teamId: string): Promise<void> {
  const ours = (await listRecords(env)).filter((record) => record.teamId === teamId && !record.stored);
  if (ours.length < UPLOADS.maxUnfinished) return;
  const touched = await Promise.all(
    ours.map(async ({ id, ...rest }) => ({ id, at: (await progressOf(env, { id, ...rest })).touchedAt })),
  );
  const [oldest] = touched.sort((a, b) => a.at - b.at);
  if (!oldest || Date.now() - oldest.at < UPLOADS.idleMs)
    throw new Refusal("TOO_MANY_REQUESTS", "uploads-too-many", { limit: UPLOADS.maxUnfinished });
  await rm(uploadDir(env, oldest.id), { recursive: true, force: true });
}
