/** Walks the bytes of a GGUF header. It never believes a length before the file has been seen to hold it. */
import { Failure } from "../problems";

/** Headers of real models are below 20 MB: vocabularies of 260,000 entries and their merges. */
export const MOST_HEADER_BYTES = 64e6;
/** Twice the largest vocabulary published, and its merges. */
const MOST_IN_LIST = 2_000_000;

/** `value_type` of a metadata entry. */
export const VALUE = { bool: 7, string: 8, list: 9 } as const;
const WIDTH: ReadonlyMap<number, number> = new Map([
  [0, 1],
  [1, 1],
  [2, 2],
  [3, 2],
  [4, 4],
  [5, 4],
  [6, 4],
  [7, 1],
  [10, 8],
  [11, 8],
  [12, 8],
]);

export type GgufValue = number | bigint | boolean | string | GgufList;

/** A list stays bytes until somebody wants it. */
export type GgufList = { length: number; of: "string" | "number" | "boolean"; values(): GgufValue[] };

/** What is wrong with a file: values of the one sentence `gguf-refused`, which selects by it. */
export const GGUF_FAULTS = [
  "format",
  "version",
  "endian",
  "short",
  "long",
  "many",
  "twice",
  "value",
  "alignment",
  "name",
  "shape",
  "offset",
  "overlap",
  "missing",
  "kind",
  "range",
  "size",
] as const;
export type GgufFault = (typeof GGUF_FAULTS)[number];

export const ggufRefused = (file: string, fault: GgufFault, part = "", values: Record<string, string> = {}) =>
  new Failure("INVALID_INPUT", "gguf-refused", { file, fault, part: part.slice(0, 100), ...values });

/** The bytes at hand end before the header does: `needs` of them would do for the next step. */
export class NeedsMore extends Error {
  constructor(readonly needs: number) {
    super(`${needs} bytes are needed`);
  }
}

const decoder = new TextDecoder();

export class Cursor {
  at = 0;
  /** What is being read, for the refusal. */
  part = "";
  private readonly view: DataView;

  constructor(
    readonly bytes: Uint8Array,
    private readonly file: string,
    private readonly fileBytes: number,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  fail(fault: GgufFault, values: Record<string, string> = {}): Failure {
    return ggufRefused(this.file, fault, this.part, values);
  }

  u32 = (): number => this.view.getUint32(this.take(4), true);
  i32 = (): number => this.view.getInt32(this.take(4), true);
  u64 = (): bigint => this.view.getBigUint64(this.take(8), true);

  text(): string {
    const length = this.length(1);
    const from = this.take(length);
    return decoder.decode(this.bytes.subarray(from, from + length));
  }

  /** How many things of at least `each` bytes follow. */
  length(each: number): number {
    const count = this.u64();
    const room = BigInt(this.fileBytes - this.at);
    if (count * BigInt(each) > room) throw this.fail("short");
    return Number(count);
  }

  value(): GgufValue {
    const type = this.u32();
    return type === VALUE.list ? this.list() : this.scalar(type);
  }

  private scalar(type: number): GgufValue {
    if (type === VALUE.string) return this.text();
    const width = WIDTH.get(type);
    if (width === undefined) throw this.fail("value");
    return this.number(type, this.take(width));
  }

  private number(type: number, at: number): number | bigint | boolean {
    const { view } = this;
    switch (type) {
      case 0:
        return view.getUint8(at);
      case 1:
        return view.getInt8(at);
      case 2:
        return view.getUint16(at, true);
      case 3:
        return view.getInt16(at, true);
      case 4:
        return view.getUint32(at, true);
      case 5:
        return view.getInt32(at, true);
      case 6:
        return view.getFloat32(at, true);
      case 7:
        return view.getUint8(at) !== 0;
      case 10:
        return exact(view.getBigUint64(at, true));
      case 11:
        return exact(view.getBigInt64(at, true));
      default:
        return view.getFloat64(at, true);
    }
  }

  /** Skipped over here, and read when asked for. llama.cpp knows no lists of lists either. */
  private list(): GgufList {
    const type = this.u32();
    const width = WIDTH.get(type);
    if (width === undefined && type !== VALUE.string) throw this.fail("value");
    const length = this.length(width ?? 8);
    if (length > MOST_IN_LIST) throw this.fail("many", { count: String(length) });
    const from = this.at;
    if (width !== undefined) this.take(width * length);
    else for (let k = 0; k < length; k++) this.take(this.length(1));
    return {
      length,
      of: type === VALUE.string ? "string" : type === VALUE.bool ? "boolean" : "number",
      values: () => {
        const again = new Cursor(this.bytes, this.file, this.fileBytes);
        again.at = from;
        return Array.from({ length }, () => again.scalar(type));
      },
    };
  }

  private take(width: number): number {
    const from = this.at;
    const end = from + width;
    if (end > this.fileBytes) throw this.fail("short");
    if (end > MOST_HEADER_BYTES) throw this.fail("long");
    if (end > this.bytes.length) throw new NeedsMore(end);
    this.at = end;
    return from;
  }
}

/** A number where a number says it exactly. */
function exact(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
