/**
 * Tokens of a data set in a flat scratch file, for reading rows in any order: memory holds 16 bytes a row, whatever its
 * length. Of each row the file has its ids (int32, little endian as all machines here are) and then its mask (bytes).
 */
import { closeSync, openSync, readSync, writeSync } from "node:fs";
import { WRITE_BYTES } from "./limits";
import type { TokenRows } from "./rows";
import { countedTokens, type TokenRow } from "./slice";

export type TokenFile = TokenRows & { close(): void };

/** Rows are appended once, then `finish` gives them for reading; `abandon` when that never comes. */
export class TokenFileWriter {
  private readonly fd: number;
  private readonly pending: Buffer = Buffer.allocUnsafe(WRITE_BYTES);
  private used = 0;
  private written = 0;
  private readonly offsets = new Growing(Float64Array);
  private readonly lengths = new Growing(Int32Array);
  private readonly counted = new Growing(Int32Array);

  constructor(path: string) {
    this.fd = openSync(path, "w+");
  }

  append(row: TokenRow): void {
    this.offsets.push(this.written + this.used);
    this.lengths.push(row.ids.length);
    this.counted.push(countedTokens(row));
    const ids = Int32Array.from(row.ids);
    this.write(Buffer.from(ids.buffer));
    this.write(Buffer.from(Uint8Array.from(row.mask)));
  }

  finish(): TokenFile {
    this.flush();
    const offsets = this.offsets.values();
    const lengths = this.lengths.values();
    const { fd } = this;
    return {
      count: lengths.length,
      lengths,
      counted: this.counted.values(),
      read: (row) => readRow(fd, row, offsets[row]!, lengths[row]!),
      close: () => closeSync(fd),
    };
  }

  abandon(): void {
    closeSync(this.fd);
  }

  private write(bytes: Buffer): void {
    if (this.used + bytes.length > this.pending.length) this.flush();
    if (bytes.length > this.pending.length) {
      writeAll(this.fd, bytes);
      this.written += bytes.length;
      return;
    }
    bytes.copy(this.pending, this.used);
    this.used += bytes.length;
  }

  private flush(): void {
    writeAll(this.fd, this.pending.subarray(0, this.used));
    this.written += this.used;
    this.used = 0;
  }
}

function writeAll(fd: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
}

function readRow(fd: number, row: number, offset: number, length: number): TokenRow {
  const bytes = Buffer.from(new ArrayBuffer(length * 5));
  for (let at = 0; at < bytes.length; ) {
    const read = readSync(fd, bytes, at, bytes.length - at, offset + at);
    if (read === 0) throw new Error(`the scratch file of tokens ends inside row ${row}`);
    at += read;
  }
  const ids = new Int32Array(bytes.buffer, 0, length);
  return { row: `${row}`, ids, mask: new Uint8Array(bytes.buffer, length * 4, length) };
}

/** A typed array that doubles when full. */
class Growing<A extends Float64Array | Int32Array> {
  private held: A;
  private count = 0;
  constructor(private readonly Kind: new (length: number) => A) {
    this.held = new Kind(1024);
  }
  push(value: number): void {
    if (this.count === this.held.length) {
      const larger = new this.Kind(this.count * 2);
      larger.set(this.held);
      this.held = larger;
    }
    this.held[this.count++] = value;
  }
  values(): A {
    return this.held.slice(0, this.count) as A;
  }
}
