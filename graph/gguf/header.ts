/**
 * The header of a GGUF file: the one reader, for files on a disk and for those dropped onto the canvas. Counts, lengths,
 * names, types, shapes and places are held against the size of the file before any of them is used.
 * Format: github.com/ggml-org/ggml/blob/master/docs/gguf.md
 */
import { Failure } from "../problems";
import { Cursor, type GgufValue, MOST_HEADER_BYTES, NeedsMore } from "./cursor";
import { GGML_TYPES, type GgmlType } from "./types";

export type GgufTensor = {
  name: string;
  /** Row-major, outermost first: `[out, in]`. The file itself stores the reverse. */
  shape: number[];
  type: GgmlType;
  /** From the start of the file. */
  offset: number;
  bytes: number;
};

/** `from` to `to`: where the entry stands in the file. */
export type GgufEntry = { value: GgufValue; from: number; to: number };

export type GgufHeader = {
  /** In the order of the file. */
  entries: ReadonlyMap<string, GgufEntry>;
  tensors: GgufTensor[];
  alignment: number;
  /** Where the entries begin and the header ends, and where the first tensor may begin. */
  begin: number;
  end: number;
  dataStart: number;
};

const MAGIC = 0x46554747;
const DEFAULT_ALIGNMENT = 32;
const MOST_ALIGNMENT = 65_536;
/** Published models have some thousands of tensors and some dozens of entries. */
const MOST_TENSORS = 131_072;
const MOST_ENTRIES = 65_536;
/** llama.cpp's own bounds: `GGML_MAX_NAME` with its closing zero, `GGML_MAX_DIMS`. */
const LONGEST_NAME = 63;
const LONGEST_KEY = 65_535;
const MOST_DIMENSIONS = 4;
const encoder = new TextEncoder();

/**
 * @param bytes the first bytes of the file
 * @param file its name, and `size` in bytes
 * @returns how many bytes to come back with when the header is longer than those given
 * @throws Failure `gguf-refused` (`fault` and `part` say what and where), `gguf-unknown-type`
 */
export function readGgufHeader(
  bytes: Uint8Array,
  { file, size }: { file: string; size: number },
): GgufHeader | { needs: number } {
  try {
    return parse(new Cursor(bytes, file, size), file, size);
  } catch (error) {
    if (!(error instanceof NeedsMore)) throw error;
    return { needs: Math.min(Math.max(error.needs, bytes.length * 2), size, MOST_HEADER_BYTES) };
  }
}

function parse(cursor: Cursor, file: string, size: number): GgufHeader {
  if (size < 4 || cursor.u32() !== MAGIC) throw cursor.fail("format");
  const version = cursor.u32();
  if (version > 0xffff) throw cursor.fail("endian");
  if (version !== 2 && version !== 3) throw cursor.fail("version", { version: String(version) });
  cursor.part = "tensors";
  const tensorCount = cursor.length(24);
  if (tensorCount > MOST_TENSORS) throw cursor.fail("many", { count: String(tensorCount) });
  cursor.part = "metadata";
  const entryCount = cursor.length(13);
  if (entryCount > MOST_ENTRIES) throw cursor.fail("many", { count: String(entryCount) });
  const begin = cursor.at;
  const entries = readEntries(cursor, entryCount);
  const alignment = alignmentOf(cursor, entries.get("general.alignment")?.value);
  const infos = readInfos(cursor, file, tensorCount);
  const end = cursor.at;
  const dataStart = Math.ceil(end / alignment) * alignment;
  const tensors = infos.map(({ offset, ...rest }) => {
    cursor.part = rest.name;
    if (offset % BigInt(alignment) !== 0n) throw cursor.fail("offset");
    if (offset + BigInt(rest.bytes) > BigInt(size - dataStart)) throw cursor.fail("short");
    return { ...rest, offset: dataStart + Number(offset) };
  });
  refuseOverlaps(cursor, tensors);
  return { entries, tensors, alignment, begin, end, dataStart };
}

function readEntries(cursor: Cursor, count: number): Map<string, GgufEntry> {
  const entries = new Map<string, GgufEntry>();
  for (let k = 0; k < count; k++) {
    const from = cursor.at;
    cursor.part = "metadata";
    const key = cursor.text();
    cursor.part = key;
    if (key === "" || key.length > LONGEST_KEY) throw cursor.fail("name");
    if (entries.has(key)) throw cursor.fail("twice");
    entries.set(key, { value: cursor.value(), from, to: cursor.at });
  }
  return entries;
}

function alignmentOf(cursor: Cursor, value: GgufValue | undefined): number {
  if (value === undefined) return DEFAULT_ALIGNMENT;
  const fits = typeof value === "number" && value >= 1 && value <= MOST_ALIGNMENT;
  if (fits && Number.isInteger(Math.log2(value))) return value;
  cursor.part = "general.alignment";
  throw cursor.fail("alignment");
}

type Info = Omit<GgufTensor, "offset"> & { offset: bigint };

function readInfos(cursor: Cursor, file: string, count: number): Info[] {
  const infos: Info[] = [];
  const names = new Set<string>();
  for (let k = 0; k < count; k++) {
    cursor.part = "tensors";
    const name = cursor.text();
    cursor.part = name;
    if (name === "" || encoder.encode(name).length > LONGEST_NAME) throw cursor.fail("name");
    if (names.has(name)) throw cursor.fail("twice");
    names.add(name);
    const dimensions = cursor.u32();
    if (dimensions < 1 || dimensions > MOST_DIMENSIONS) throw cursor.fail("shape");
    const sizes = Array.from({ length: dimensions }, () => cursor.u64());
    const number = cursor.i32();
    const type = GGML_TYPES.get(number);
    if (!type)
      throw new Failure("INVALID_INPUT", "gguf-unknown-type", { file, tensor: name, type: String(number) });
    const weights = sizes.reduce((product, side) => product * side, 1n);
    const bytes = (weights / BigInt(type.size)) * BigInt(type.bytes);
    if (weights < 1n || sizes[0]! % BigInt(type.size) !== 0n) throw cursor.fail("shape");
    if (bytes > BigInt(Number.MAX_SAFE_INTEGER)) throw cursor.fail("short");
    infos.push({
      name,
      shape: sizes.map(Number).reverse(),
      type,
      bytes: Number(bytes),
      offset: cursor.u64(),
    });
  }
  return infos;
}

function refuseOverlaps(cursor: Cursor, tensors: readonly GgufTensor[]): void {
  let before: GgufTensor | undefined;
  for (const tensor of tensors.toSorted((a, b) => a.offset - b.offset)) {
    cursor.part = tensor.name;
    if (before && tensor.offset < before.offset + before.bytes)
      throw cursor.fail("overlap", { other: before.name });
    before = tensor;
  }
}
