/** Reads tensors one at a time: a file is never held whole. */
import { type FileHandle, open } from "node:fs/promises";
import { basename } from "node:path";
import { Failure } from "@/graph/problems";
import { BYTES_OF, decodeInto, isDtype } from "./dtype";
import { elements, type Header, headerLength, parseHeader, type TensorInfo } from "./header";
import { CHUNK_BYTES } from "./limits";

export type SafetensorsFile = Header & {
  path: string;
  /** Values as float32, row-major; into `out` when given (its length must be the tensor's). */
  read(name: string, out?: Float32Array): Promise<Float32Array>;
  /** Bytes as they stand in the file, in chunks. */
  bytes(name: string): AsyncGenerator<Uint8Array>;
  close(): Promise<void>;
};

export async function openSafetensors(path: string): Promise<SafetensorsFile> {
  const file = await open(path, "r").catch((cause: unknown) => {
    throw new Failure("INVALID_INPUT", "path-missing", { path: basename(path) }, { cause });
  });
  try {
    const header = await readHeader(file, path);
    const info = (name: string) => find(header, path, name);
    return {
      ...header,
      path,
      read: (name, out) => readFloats(file, path, info(name), out),
      bytes: (name) => readChunks(file, path, info(name), CHUNK_BYTES),
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function readHeader(file: FileHandle, path: string): Promise<Header> {
  const { size } = await file.stat();
  const first = new Uint8Array(8);
  const { bytesRead } = await file.read(first, 0, 8, 0);
  const length = headerLength(path, first.subarray(0, bytesRead), size);
  const json = new Uint8Array(length);
  await file.read(json, 0, length, 8);
  return parseHeader(path, json, size);
}

function find(header: Header, path: string, name: string): TensorInfo {
  const info = header.tensors.get(name);
  if (!info)
    throw new Failure("INVALID_INPUT", "safetensors-no-tensor", { file: basename(path), tensor: name });
  return info;
}

async function readFloats(
  file: FileHandle,
  path: string,
  t: TensorInfo,
  out?: Float32Array,
): Promise<Float32Array> {
  const { dtype } = t;
  if (!isDtype(dtype)) {
    throw new Failure("INVALID_INPUT", "safetensors-dtype", { file: basename(path), tensor: t.name, dtype });
  }
  const count = elements(t.shape);
  const values = out ?? new Float32Array(count);
  if (values.length !== count)
    throw new RangeError(`${t.name}: room for ${values.length} of ${count} values`);
  let at = 0;
  for await (const chunk of readChunks(file, path, t, CHUNK_BYTES)) {
    decodeInto(dtype, chunk, values, at);
    at += chunk.byteLength / BYTES_OF[dtype]!;
  }
  return values;
}

/** The yielded buffer is reused by the next chunk. */
async function* readChunks(
  file: FileHandle,
  path: string,
  t: TensorInfo,
  chunkBytes: number,
): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(Math.min(chunkBytes, t.end - t.begin));
  for (let at = t.begin; at < t.end; ) {
    const want = Math.min(buffer.byteLength, t.end - at);
    let got = 0;
    while (got < want) {
      const { bytesRead } = await file.read(buffer, got, want - got, at + got);
      if (bytesRead === 0) {
        throw new Failure("INVALID_INPUT", "safetensors-truncated", {
          file: basename(path),
          expected: t.end,
          actual: at + got,
        });
      }
      got += bytesRead;
    }
    yield buffer.subarray(0, want);
    at += want;
  }
}
