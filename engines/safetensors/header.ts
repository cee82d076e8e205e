/** The header of a safetensors file (https://github.com/huggingface/safetensors#format), checked before any byte is used. */
import { basename } from "node:path";
import { Failure } from "@/graph/problems";
import { BYTES_OF } from "./dtype";
import { MAX_HEADER_BYTES } from "./limits";

/** `begin` and `end` count from the start of the file. */
export type TensorInfo = { name: string; dtype: string; shape: number[]; begin: number; end: number };
export type Header = { tensors: Map<string, TensorInfo>; metadata: Record<string, string> };

/** Length of the JSON header, from the first 8 bytes. Throws when the file cannot hold it. */
export function headerLength(path: string, first: Uint8Array, fileBytes: number): number {
  if (first.byteLength < 8) throw corrupt(path);
  const length = new DataView(first.buffer, first.byteOffset, 8).getBigUint64(0, true);
  if (length < 2n || length > BigInt(MAX_HEADER_BYTES)) throw corrupt(path);
  if (length > BigInt(fileBytes - 8)) throw truncated(path, Number(length) + 8, fileBytes);
  return Number(length);
}

/** Every tensor lies inside the file, has the bytes its shape asks for, and shares none with another. */
export function parseHeader(path: string, json: Uint8Array, fileBytes: number): Header {
  let raw: unknown;
  try {
    raw = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(json));
  } catch {
    throw corrupt(path);
  }
  if (!isRecord(raw)) throw corrupt(path);
  const dataStart = 8 + json.byteLength;
  const tensors = new Map<string, TensorInfo>();
  for (const [name, entry] of Object.entries(raw)) {
    if (name !== "__metadata__") tensors.set(name, tensorInfo(path, name, entry, dataStart));
  }
  checkLayout(path, [...tensors.values()], dataStart, fileBytes);
  const metadata = isRecord(raw.__metadata__) ? raw.__metadata__ : {};
  return {
    tensors,
    metadata: Object.fromEntries(
      Object.entries(metadata).filter((e): e is [string, string] => typeof e[1] === "string"),
    ),
  };
}

function tensorInfo(path: string, name: string, entry: unknown, dataStart: number): TensorInfo {
  if (!isRecord(entry)) throw corrupt(path);
  const { dtype, shape, data_offsets: offsets } = entry;
  if (typeof dtype !== "string" || !isCounts(shape) || !isCounts(offsets) || offsets.length !== 2)
    throw corrupt(path);
  const bytesEach = BYTES_OF[dtype];
  if (bytesEach === undefined)
    throw new Failure("INVALID_INPUT", "safetensors-dtype", { file: basename(path), tensor: name, dtype });
  const [begin, end] = offsets as [number, number];
  if (end - begin !== elements(shape) * bytesEach) throw corrupt(path);
  return { name, dtype, shape, begin: dataStart + begin, end: dataStart + end };
}

function checkLayout(path: string, tensors: TensorInfo[], dataStart: number, fileBytes: number): void {
  let at = dataStart;
  let before = "";
  for (const t of tensors.sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (t.begin < at) {
      throw new Failure("INVALID_INPUT", "safetensors-overlap", {
        file: basename(path),
        tensor: t.name,
        other: before,
      });
    }
    if (t.begin > at) throw corrupt(path);
    at = t.end;
    before = t.name;
  }
  if (at > fileBytes) throw truncated(path, at, fileBytes);
  if (at < fileBytes) throw corrupt(path);
}

export const elements = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isCounts = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);

const corrupt = (path: string) =>
  new Failure("INVALID_INPUT", "safetensors-corrupt", { file: basename(path) });
const truncated = (path: string, expected: number, actual: number) =>
  new Failure("INVALID_INPUT", "safetensors-truncated", { file: basename(path), expected, actual });
