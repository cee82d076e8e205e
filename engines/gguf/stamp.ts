/** Puts a text into the metadata of a GGUF file. Tensors stay byte for byte. Format: github.com/ggml-org/ggml/blob/master/docs/gguf.md */
import { createReadStream, createWriteStream } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { gguf } from "@huggingface/gguf";

const STRING = 8;
const DEFAULT_ALIGNMENT = 32;
/** Magic, version, number of tensors, number of entries. */
const FIXED = 24;

/** The entry comes first, so that a reader finds it before the long vocabulary. The file is replaced when the new one is whole. */
export async function stampGguf(path: string, key: string, text: string): Promise<void> {
  const { metadata, tensorInfoByteRange, tensorDataOffset } = await gguf(path, { allowLocalFile: true });
  const values = metadata as unknown as Record<string, unknown>;
  const alignment = Number(values["general.alignment"] ?? DEFAULT_ALIGNMENT);
  const end = tensorInfoByteRange[1];
  const file = await open(path);
  const head = Buffer.alloc(end);
  await file.read(head, 0, end, 0).finally(() => file.close());
  head.writeBigUInt64LE(head.readBigUInt64LE(16) + 1n, 16);
  const type = Buffer.alloc(4);
  type.writeUInt32LE(STRING);
  const stamped = Buffer.concat([
    head.subarray(0, FIXED),
    sized(key),
    type,
    sized(text),
    head.subarray(FIXED),
  ]);
  const padded = Buffer.alloc(Math.ceil(stamped.length / alignment) * alignment);
  stamped.copy(padded);
  await rewrite(path, padded, Number(tensorDataOffset));
}

function sized(text: string): Buffer {
  const bytes = Buffer.from(text, "utf8");
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(bytes.length));
  return Buffer.concat([length, bytes]);
}

/** Writes a new head before what stands in the file from `from` on. */
export async function rewrite(path: string, head: Buffer, from: number): Promise<void> {
  const part = `${path}.part`;
  try {
    const out = createWriteStream(part, { flush: true });
    out.write(head);
    await pipeline(createReadStream(path, { start: from, highWaterMark: 1 << 20 }), out);
    await rename(part, path);
  } finally {
    await rm(part, { force: true });
  }
}
