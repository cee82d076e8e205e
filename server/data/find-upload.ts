import { rm } from "node:fs/promises";
import { Refusal } from "../errors";
import { type DataDirs, listRecords, readRecord, type UploadRecord, uploadDir } from "./upload-record";

/** One of this team's. @throws Refusal `upload-not-found` for one that ended, expired or is of another team */
export async function findUpload(env: DataDirs, teamId: string, id: string): Promise<UploadRecord> {
  const record = await readRecord(env, id);
  if (record?.teamId !== teamId) throw new Refusal("NOT_FOUND", "upload-not-found");
  return record;
}

/** Those that the team has not finished; of one file, where its fingerprint is given. */
export async function unfinishedUploads(
  env: DataDirs,
  teamId: string,
  fingerprint?: string,
): Promise<UploadRecord[]> {
  return (await listRecords(env)).filter(
    (record) =>
      record.teamId === teamId &&
      !record.stored &&
      (fingerprint === undefined || record.fingerprint === fingerprint),
  );
}

/** What came of it is gone; a stored file stays. */
export const forgetUpload = (env: DataDirs, { id }: UploadRecord): Promise<void> =>
  rm(uploadDir(env, id), { recursive: true, force: true });
