/**
 * Reads text metadata from the first bytes of a model file, wherever they come from (a disk, a dropped file).
 * Formats: github.com/ggml-org/ggml/blob/master/docs/gguf.md, github.com/huggingface/safetensors#format
 */

export type ModelHead =
  | { format: "gguf" | "safetensors"; texts: Record<string, string> }
  /** The head is longer than the bytes given. */
  | { format: "gguf" | "safetensors"; needs: number };

/** Undefined for a file that is neither. Never throws: a damaged head ends where it is damaged. */
export function readModelHead(bytes: Uint8Array, size: number): ModelHead | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 16) return undefined;
  if (view.getUint32(0, true) === GGUF_MAGIC) return readGguf(view, bytes);
  const length = Number(view.getBigUint64(0, true));
  if (length > 1 && length <= MOST_HEAD && length + 8 <= size && bytes[8] === 0x7b)
    return readSafetensors(bytes, length);
  return undefined;
}

const GGUF_MAGIC = 0x46554747;
/** Heads of real models are below 20 MB: vocabularies of 250,000 entries and their merges. */
const MOST_HEAD = 100e6;
const decoder = new TextDecoder();

function readSafetensors(bytes: Uint8Array, length: number): ModelHead | undefined {
  if (bytes.length < 8 + length) return { format: "safetensors", needs: 8 + length };
  try {
    const head = JSON.parse(decoder.decode(bytes.subarray(8, 8 + length))) as Record<string, unknown>;
    const texts = Object.entries((head.__metadata__ ?? {}) as Record<string, unknown>).filter(
      (entry): entry is [string, string] => typeof entry[1] === "string",
    );
    return { format: "safetensors", texts: Object.fromEntries(texts) };
  } catch {
    return undefined;
  }
}

const STRING = 8;
const ARRAY = 9;
const WIDTH: Record<number, number> = { 0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8 };

class TooShort extends Error {}

function readGguf(view: DataView, bytes: Uint8Array): ModelHead | undefined {
  let at = 4;
  const take = (width: number) => {
    const from = at;
    at += width;
    if (at > bytes.length) throw new TooShort();
    return from;
  };
  const u32 = () => view.getUint32(take(4), true);
  const u64 = () => Number(view.getBigUint64(take(8), true));
  const text = () => {
    const length = u64();
    const from = take(length);
    return bytes.subarray(from, from + length);
  };
  const skip = (type: number): void => {
    if (type === STRING) text();
    else if (type === ARRAY) {
      const [of, count] = [u32(), u64()];
      const width = WIDTH[of];
      if (width) take(width * count);
      else for (let k = 0; k < count; k++) skip(of);
    } else if (WIDTH[type]) take(WIDTH[type]);
    else throw new RangeError(`value type ${type}`);
  };
  const texts: Record<string, string> = {};
  try {
    if (u32() < 2) return undefined;
    u64();
    const count = u64();
    for (let k = 0; k < count; k++) {
      const key = decoder.decode(text());
      const type = u32();
      if (type === STRING) texts[key] = decoder.decode(text());
      else skip(type);
    }
  } catch (error) {
    if (error instanceof TooShort && at <= MOST_HEAD)
      return { format: "gguf", needs: Math.max(at, bytes.length * 2) };
    return undefined;
  }
  return { format: "gguf", texts };
}
