/** A file on this machine's disk, as `transfer` sends it: no more than one slice of it is in memory. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, realpath, stat } from "node:fs/promises";
import { basename } from "node:path";
import type { FileSource } from "@/transfer/send-file";
import { UsageError } from "./command";

export type DiskFile = FileSource & {
  path: string;
  /** Of what lies on the disk now, in hex. */
  sha256(signal?: AbortSignal): Promise<string>;
  close(): Promise<void>;
};

/** @throws UsageError for what is no file */
export async function diskFile(given: string, name = basename(given)): Promise<DiskFile> {
  const found = await stat(given).catch(() => undefined);
  if (!found?.isFile()) throw new UsageError(`${given} is no file. Name a file of this machine.`);
  const path = await realpath(given);
  const file = await open(path);
  const { size, mtimeMs, ino } = found;
  return {
    path,
    name,
    size,
    fingerprint: createHash("sha256").update([path, name, size, mtimeMs, ino].join("\0")).digest("hex"),
    async slice(from, to) {
      const bytes = new Uint8Array(to - from);
      for (let at = 0; at < bytes.length; ) {
        const { bytesRead } = await file.read(bytes, at, bytes.length - at, from + at);
        if (bytesRead === 0)
          throw new UsageError(`${given} became shorter while it was sent. Send it again.`);
        at += bytesRead;
      }
      return bytes;
    },
    async sha256(signal) {
      const hash = createHash("sha256");
      for await (const piece of createReadStream(path, { signal, highWaterMark: 1 << 20 }))
        hash.update(piece);
      return hash.digest("hex");
    },
    close: () => file.close(),
  };
}
