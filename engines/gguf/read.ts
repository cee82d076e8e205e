/** Local GGUF files: metadata, and tensors one at a time. The header is read by `graph/gguf`. */
import { type FileHandle, open } from "node:fs/promises";
import { basename } from "node:path";
import { ggufRefused } from "@/graph/gguf/cursor";
import { type GgufHeader, type GgufTensor, readGgufHeader } from "@/graph/gguf/header";
import { dequantize } from "./dequantize";
import { GgufMetadata } from "./metadata";

export type { GgufTensor } from "@/graph/gguf/header";

export type GgufFile = {
  path: string;
  /** Its name alone, as refusals say it. */
  name: string;
  size: number;
  /** The first bytes, at least as far as the first tensor may begin. */
  head: Uint8Array;
  header: GgufHeader;
  metadata: GgufMetadata;
  tensors: readonly GgufTensor[];
  /** Dequantised, row-major. */
  read(tensor: GgufTensor): Promise<Float32Array>;
  close(): Promise<void>;
};

/** Longer than the headers of most models: those need one more reading. */
const FIRST_BYTES = 4 << 20;

/**
 * Reads the header and checks that every tensor lies inside the file.
 * @throws Failure `gguf-refused` or `gguf-unknown-type`
 */
export async function openGguf(path: string): Promise<GgufFile> {
  const name = basename(path);
  const handle = await open(path);
  try {
    const { size } = await handle.stat();
    const { header, head } = await readHeader(handle, name, size);
    return {
      path,
      name,
      size,
      head,
      header,
      metadata: new GgufMetadata(name, header.entries),
      tensors: header.tensors,
      read: (tensor) => readTensor(handle, name, tensor),
      close: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function readHeader(handle: FileHandle, file: string, size: number) {
  for (let wanted = Math.min(size, FIRST_BYTES); ; ) {
    const head = await readBytes(handle, file, "metadata", 0, wanted);
    const header = readGgufHeader(head, { file, size });
    if (!("needs" in header)) return { header, head };
    wanted = header.needs;
  }
}

async function readTensor(
  handle: FileHandle,
  file: string,
  { name, shape, type, offset, bytes }: GgufTensor,
) {
  const raw = await readBytes(handle, file, name, offset, bytes);
  if (type.name === "F32") return new Float32Array(raw.buffer);
  return dequantize(
    type,
    raw,
    shape.reduce((a, b) => a * b, 1),
  );
}

async function readBytes(handle: FileHandle, file: string, part: string, from: number, bytes: number) {
  const raw = new Uint8Array(bytes);
  for (let at = 0; at < bytes; ) {
    const { bytesRead } = await handle.read(raw, at, Math.min(bytes - at, 1 << 30), from + at);
    if (bytesRead === 0) throw ggufRefused(file, "short", part);
    at += bytesRead;
  }
  return raw;
}
