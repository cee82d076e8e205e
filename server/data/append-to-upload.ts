/** Takes bytes at the place where the last ones ended, as they come, and lets the sender wait while the disk is busy. */
import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { sayDiskFull } from "@/engines/disk-full";
import { withLock } from "@/engines/hub/lock";
import { Failure } from "@/graph/problems";
import { Refusal } from "../errors";
import { UPLOADS } from "../limits";
import { refuseTooLarge } from "./create-upload";
import { findUpload, forgetUpload } from "./find-upload";
import { finishUpload } from "./finish-upload";
import {
  bytesOf,
  type DataDirs,
  dataFolder,
  progressOf,
  type UploadRecord,
  unfinishedDir,
} from "./upload-record";

export type Slice = {
  /** Where the sender believes that it begins. */
  offset: number;
  bytes: AsyncIterable<Uint8Array>;
  /** How many the sender said that it sends. */
  length?: number | undefined;
  /** SHA-256 of this slice, and of the whole file: checked where they are given. In hex. */
  sliceSha256?: string | undefined;
  wholeSha256?: string | undefined;
  /** Of an upload whose size was not known: these are the last bytes. */
  last?: boolean;
};

/**
 * The upload after it, stored when it is whole. What came of a slice that broke off stays.
 * @throws Refusal `upload-not-found`, `upload-elsewhere` (with `offset`), `upload-too-large`, `upload-cut`,
 * `upload-slice-differs`, `upload-differs`, Failure `disk-full`
 */
export async function appendToUpload(
  env: DataDirs,
  { teamId, id }: Pick<UploadRecord, "teamId" | "id">,
  slice: Slice,
  signal?: AbortSignal,
): Promise<UploadRecord> {
  await findUpload(env, teamId, id);
  // Two senders at once, in other processes too, take turns.
  return withLock(join(unfinishedDir(env), ".locks", id), signal, async () => {
    const record = await findUpload(env, teamId, id);
    const { offset } = await progressOf(env, record);
    if (slice.offset !== offset) throw new Refusal("CONFLICT", "upload-elsewhere", { offset });
    if (record.stored) return record;
    if (record.size !== null && offset + (slice.length ?? 0) > record.size) throw tooMany(record.size);
    const size = await sayDiskFull(dataFolder(env), () => write(env, record, slice));
    if (size !== record.size && !(record.size === null && slice.last)) return record;
    const stored = await sayDiskFull(dataFolder(env), () =>
      finishUpload(env, { ...record, size }, slice.wholeSha256),
    );
    if (stored) return stored;
    // Whatever is wrong, it lies before this slice: none of it can be used.
    await forgetUpload(env, record);
    throw new Refusal("UNPROCESSABLE_CONTENT", "upload-differs", { name: record.name });
  });
}

/** Gives how many bytes there are now. */
async function write(env: DataDirs, record: UploadRecord, slice: Slice): Promise<number> {
  const out = await open(bytesOf(env, record.id), "r+");
  const hash = slice.sliceSha256 ? createHash("sha256") : undefined;
  let at = slice.offset;
  try {
    for await (const chunk of untilSilent(slice.bytes, UPLOADS.stallMs)) {
      if (record.size !== null && at + chunk.byteLength > record.size) throw tooMany(record.size);
      refuseTooLarge(at + chunk.byteLength);
      for (let done = 0; done < chunk.byteLength; ) {
        const { bytesWritten } = await out.write(chunk, done, chunk.byteLength - done, at + done);
        done += bytesWritten;
      }
      hash?.update(chunk);
      at += chunk.byteLength;
    }
    if (slice.length !== undefined && at - slice.offset !== slice.length)
      throw new Refusal("BAD_REQUEST", "upload-cut", { declared: slice.length, received: at - slice.offset });
    if (hash && hash.digest("hex") !== slice.sliceSha256) {
      await out.truncate(slice.offset);
      throw new Refusal("BAD_REQUEST", "upload-slice-differs");
    }
    return at;
  } finally {
    await out.close();
  }
}

const tooMany = (size: number) => new Refusal("PAYLOAD_TOO_LARGE", "upload-longer-than-said", { size });

/** A sender whose connection is dead without anybody having heard of it holds the lock no longer than this. */
async function* untilSilent(bytes: AsyncIterable<Uint8Array>, ms: number): AsyncGenerator<Uint8Array> {
  const from = bytes[Symbol.asyncIterator]();
  try {
    for (;;) {
      let timer: NodeJS.Timeout | undefined;
      const silence = new Promise<never>((_, fail) => {
        timer = setTimeout(() => fail(new Failure("UNAVAILABLE", "upload-silent")), ms);
      });
      const next = await Promise.race([from.next(), silence]).finally(() => clearTimeout(timer));
      if (next.done) return;
      yield next.value;
    }
  } finally {
    void from.return?.()?.catch(() => {});
  }
}
