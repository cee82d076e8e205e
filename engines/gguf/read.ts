/** Local GGUF files: metadata, tensor infos, and tensors one at a time. Format: github.com/ggml-org/ggml/blob/master/docs/gguf.md */
import { type FileHandle, open } from "node:fs/promises";
import { basename } from "node:path";
import { gguf } from "@huggingface/gguf";
import { Failure } from "@/graph/problems";
import { dequantize, QUANT_TYPES, type QuantType } from "./dequantize";

export type GgufTensor = {
  name: string;
  /** Row-major, outermost first: `[out, in]`. The file itself stores the reverse. */
  shape: number[];
  type: QuantType;
  /** From the start of the file. */
  offset: number;
  bytes: number;
};

export type GgufFile = {
  path: string;
  metadata: GgufMetadata;
  tensors: GgufTensor[];
  /** Dequantised, row-major. */
  read(tensor: GgufTensor): Promise<Float32Array>;
  close(): Promise<void>;
};

/**
 * Reads the header and checks that every tensor lies inside the file.
 * @throws Failure `gguf-corrupt` or `gguf-unknown-type`
 */
export async function openGguf(path: string): Promise<GgufFile> {
  const file = basename(path);
  const handle = await open(path);
  try {
    const { size } = await handle.stat();
    const header = await gguf(path, { allowLocalFile: true }).catch((cause: unknown) => {
      throw corrupt(file, cause instanceof Error ? cause.message : String(cause), cause);
    });
    if (!header.littleEndian) throw corrupt(file, "it is stored big-endian");
    const [, end] = header.tensorInfoByteRange;
    if (end > size) throw corrupt(file, "it ends inside its header");
    const start = Number(header.tensorDataOffset);
    const names = new Set<string>();
    const tensors = header.tensorInfos.map((info): GgufTensor => {
      const shape = info.shape.map(Number).reverse();
      const type = QUANT_TYPES[info.dtype];
      if (!type)
        throw new Failure("INVALID_INPUT", "gguf-unknown-type", {
          file,
          tensor: info.name,
          type: info.dtype,
        });
      const count = shape.reduce((a, b) => a * b, 1);
      const bytes = (count / type.size) * type.bytes;
      const offset = start + Number(info.offset);
      if (!info.name || names.has(info.name)) throw corrupt(file, "two tensors share a name");
      if (!Number.isSafeInteger(bytes) || (shape.at(-1) ?? 1) % type.size)
        throw corrupt(file, `${info.name} has an impossible shape`);
      if (offset + bytes > size) throw corrupt(file, `it ends before ${info.name} does`);
      names.add(info.name);
      return { name: info.name, shape, type, offset, bytes };
    });
    return {
      path,
      metadata: new GgufMetadata(file, header.metadata as Record<string, unknown>),
      tensors,
      read: (tensor) => readTensor(handle, file, tensor),
      close: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function readTensor(
  handle: FileHandle,
  file: string,
  { name, shape, type, offset, bytes }: GgufTensor,
) {
  const raw = new Uint8Array(bytes);
  for (let at = 0; at < bytes; ) {
    const { bytesRead } = await handle.read(raw, at, Math.min(bytes - at, 1 << 30), offset + at);
    if (bytesRead === 0) throw corrupt(file, `it ends before ${name} does`);
    at += bytesRead;
  }
  if (type.name === "F32") return new Float32Array(raw.buffer);
  return dequantize(
    type,
    raw,
    shape.reduce((a, b) => a * b, 1),
  );
}

export function corrupt(file: string, why: string, cause?: unknown): Failure {
  return new Failure("INVALID_INPUT", "gguf-corrupt", { file, why: why.replace(/\.$/, "") }, { cause });
}

/** Typed look-ups; a key of the wrong type counts as damage. */
export class GgufMetadata {
  constructor(
    private readonly file: string,
    readonly values: Readonly<Record<string, unknown>>,
  ) {}

  number(key: string): number | undefined {
    const value = this.values[key];
    if (value === undefined) return undefined;
    if (typeof value === "number" || typeof value === "bigint") return Number(value);
    throw corrupt(this.file, `${key} is not a number`);
  }

  string(key: string): string | undefined {
    const value = this.values[key];
    if (value === undefined || typeof value === "string") return value;
    throw corrupt(this.file, `${key} is not a text`);
  }

  boolean(key: string): boolean | undefined {
    const value = this.values[key];
    if (value === undefined || typeof value === "boolean") return value;
    throw corrupt(this.file, `${key} is not true or false`);
  }

  strings(key: string): string[] | undefined {
    return this.list(key, "string") as string[] | undefined;
  }

  numbers(key: string): number[] | undefined {
    return this.list(key, "number") as number[] | undefined;
  }

  /** @throws Failure `gguf-corrupt` when the key is missing */
  need<T>(key: string, value: T | undefined): T {
    if (value === undefined) throw corrupt(this.file, `${key} is missing`);
    return value;
  }

  private list(key: string, type: "string" | "number"): unknown[] | undefined {
    const value = this.values[key];
    if (value === undefined) return undefined;
    if (Array.isArray(value) && value.every((item) => typeof item === type)) return value;
    throw corrupt(this.file, `${key} is not a list of ${type}s`);
  }
}
