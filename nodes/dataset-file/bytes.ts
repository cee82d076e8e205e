/** The bytes of a file, unpacked, in pieces; a packed file that grows beyond reason is refused. */
import { createReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import { basename } from "node:path";
import type { Readable, Transform } from "node:stream";
import * as zlib from "node:zlib";
import { literal, streamQuery } from "@/engines/table";
import { Failure } from "@/graph/problems";
import type { Compression } from "./facts";
import { GROWTH_FREE_BYTES, MAX_GROWTH, MAX_ROW_CHARACTERS, SNIFF_BYTES } from "./limits";

export type ReadBytes = {
  signal?: AbortSignal;
  /** Stop after this many bytes of the file; what is cut off is no fault then. */
  head?: number;
};

/** The first bytes as they lie in the file. */
export async function fileHead(path: string): Promise<{ head: Buffer; size: number; mtimeMs: number }> {
  const { size, mtimeMs } = await stat(path);
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.min(size, SNIFF_BYTES)), 0);
    return { head: buffer.subarray(0, bytesRead), size, mtimeMs };
  } finally {
    await file.close();
  }
}

export async function* readBytes(
  path: string,
  compression: Compression,
  { signal, head }: ReadBytes = {},
): AsyncGenerator<Buffer, void, undefined> {
  const unzstd = (zlib as { createZstdDecompress?: () => Transform }).createZstdDecompress;
  if (compression === "zstd" && !unzstd) return yield* zstdByTable(path, signal, head);
  const file = createReadStream(path, head === undefined ? {} : { end: head - 1 });
  if (compression === "none") {
    for await (const piece of file) {
      signal?.throwIfAborted();
      yield piece as Buffer;
    }
    return;
  }
  yield* unpack(path, file, compression === "gzip" ? zlib.createGunzip() : unzstd!(), signal, head);
}

async function* unpack(
  path: string,
  file: Readable & { bytesRead: number },
  unpacker: Transform,
  signal: AbortSignal | undefined,
  head: number | undefined,
): AsyncGenerator<Buffer, void, undefined> {
  file.on("error", (error) => unpacker.destroy(error));
  file.pipe(unpacker);
  let grown = 0;
  try {
    for await (const piece of unpacker) {
      signal?.throwIfAborted();
      grown += (piece as Buffer).length;
      guardGrowth(path, grown, file.bytesRead);
      yield piece as Buffer;
      if (head !== undefined && grown >= head) return;
    }
  } catch (error) {
    if (!isDamage(error)) throw error;
    if (head !== undefined) return;
    // The first header was seen to be right, so a wrong one is of bytes behind the packed data.
    if ((error as Error).message === "incorrect header check")
      throw new Failure("INVALID_INPUT", "archive-trailed", named(path), { cause: error });
    throw new Failure("INVALID_INPUT", "archive-damaged", named(path), { cause: error });
  } finally {
    file.destroy();
    unpacker.destroy();
  }
}

const named = (path: string) => ({ path: basename(path) });

const isDamage = (error: unknown) => /^(Z_|ZSTD_)/.test((error as { code?: string }).code ?? "");

function guardGrowth(path: string, grown: number, packed: number): void {
  if (grown > GROWTH_FREE_BYTES && grown / Math.max(1, packed) > MAX_GROWTH) {
    throw new Failure("INVALID_INPUT", "archive-bomb", { ...named(path), times: MAX_GROWTH });
  }
}

/** Node before 22.15 has no zstd; DuckDB has, and reads the file as lines of one column. */
async function* zstdByTable(path: string, signal: AbortSignal | undefined, head: number | undefined) {
  const { size } = await stat(path);
  const sql = `SELECT line FROM read_csv(${literal(path)}, compression = 'zstd', columns = {'line': 'VARCHAR'},
    delim = '\x01', quote = '', escape = '', header = false, auto_detect = false, strict_mode = false,
    new_line = '\\n', parallel = false, max_line_size = ${MAX_ROW_CHARACTERS})`;
  let grown = 0;
  try {
    for await (const batch of streamQuery<{ line: string | null }>(sql, signal ? { signal } : {})) {
      const piece = Buffer.from(`${batch.map((row) => row.line ?? "").join("\n")}\n`);
      grown += piece.length;
      guardGrowth(path, grown, size);
      yield piece;
      if (head !== undefined && grown >= head) return;
    }
  } catch (error) {
    if (error instanceof Failure || signal?.aborted) throw error;
    throw new Failure("INVALID_INPUT", "archive-damaged", named(path), { cause: error });
  }
}
