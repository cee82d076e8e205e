/** Follows `events.ndjson` while a job writes it. */
import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { EventReader, type Read } from "./event-reader";
import * as limits from "./limits";

export class EventFile {
  private readonly reader = new EventReader();
  private file: FileHandle | undefined;
  private offset = 0;
  private readonly chunk = Buffer.allocUnsafe(limits.chunkBytes);

  constructor(private readonly path: string) {}

  /** What was written since the last look. */
  async *read(): AsyncGenerator<Read> {
    this.file ??= await openRegular(this.path);
    while (this.file) {
      const { bytesRead } = await this.file.read(this.chunk, 0, this.chunk.length, this.offset);
      if (!bytesRead) return;
      this.offset += bytesRead;
      yield* this.reader.push(this.chunk.subarray(0, bytesRead));
    }
  }

  /** The job is gone: nothing follows. */
  async end(): Promise<Read[]> {
    await this.file?.close();
    this.file = undefined;
    return this.reader.end();
  }
}

/** Undefined while there is none. A link or a pipe in its place is not followed. */
export async function openRegular(path: string): Promise<FileHandle | undefined> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(path, flags).catch(() => undefined);
  if (!file) return undefined;
  if ((await file.stat()).isFile()) return file;
  await file.close();
  return undefined;
}
