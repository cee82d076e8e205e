/**
 * Reads text metadata from the first bytes of a model file, wherever they come from (a disk, a dropped file).
 * Formats: github.com/ggml-org/ggml/blob/master/docs/gguf.md, github.com/huggingface/safetensors#format
 */
import { readGgufHeader } from "./gguf/header";
import { Failure } from "./problems";

export type ModelHead =
  | { format: "gguf" | "safetensors"; texts: ReadonlyMap<string, string> }
  /** The head is longer than the bytes given. */
  | { format: "gguf" | "safetensors"; needs: number };

/** Undefined for a file that is neither, or that is damaged. */
export function readModelHead(bytes: Uint8Array, size: number): ModelHead | undefined {
  if (bytes.length < 16) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) === GGUF_MAGIC) return readGguf(bytes, size);
  const length = Number(view.getBigUint64(0, true));
  if (length > 1 && length <= MOST_HEAD && length + 8 <= size && bytes[8] === 0x7b)
    return readSafetensors(bytes, length);
  return undefined;
}

const GGUF_MAGIC = 0x46554747;
/** Headers of real models are below 10 MB. */
const MOST_HEAD = 32e6;
const decoder = new TextDecoder();

function readGguf(bytes: Uint8Array, size: number): ModelHead | undefined {
  try {
    const header = readGgufHeader(bytes, { file: "", size });
    if ("needs" in header) return { format: "gguf", needs: header.needs };
    const texts = [...header.entries].flatMap(([key, { value }]) =>
      typeof value === "string" ? [[key, value] as const] : [],
    );
    return { format: "gguf", texts: new Map(texts) };
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

function readSafetensors(bytes: Uint8Array, length: number): ModelHead | undefined {
  if (bytes.length < 8 + length) return { format: "safetensors", needs: 8 + length };
  try {
    const head = JSON.parse(decoder.decode(bytes.subarray(8, 8 + length))) as Record<string, unknown>;
    const texts = Object.entries((head.__metadata__ ?? {}) as Record<string, unknown>).filter(
      (entry): entry is [string, string] => typeof entry[1] === "string",
    );
    return { format: "safetensors", texts: new Map(texts) };
  } catch {
    return undefined;
  }
}
