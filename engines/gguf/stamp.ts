/** Puts texts into the metadata of a GGUF file. Tensors stay byte for byte. Format: github.com/ggml-org/ggml/blob/master/docs/gguf.md */
import { createReadStream, createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { VALUE } from "@/graph/gguf/cursor";
import { openGguf } from "./read";

/**
 * The entries come first, so that a reader finds them before the long vocabulary; those of the same keys that were there
 * go, since llama.cpp refuses a key that stands there twice. The file is replaced when the new one is whole.
 */
export async function stampGguf(path: string, texts: ReadonlyMap<string, string>): Promise<void> {
  const file = await openGguf(path);
  await file.close();
  const { entries, begin, end, dataStart, alignment } = file.header;
  const head = Buffer.from(file.head.buffer, file.head.byteOffset, file.head.byteLength);
  const kept: Buffer[] = [];
  let count = texts.size;
  let at = begin;
  for (const [key, { from, to }] of entries) {
    if (!texts.has(key)) {
      kept.push(head.subarray(from, to));
      count++;
    }
    at = to;
  }
  const fixed = Buffer.from(head.subarray(0, begin));
  fixed.writeBigUInt64LE(BigInt(count), 16);
  const added = [...texts].flatMap(([key, text]) => [sized(key), typeOfText(), sized(text)]);
  const stamped = Buffer.concat([fixed, ...added, ...kept, head.subarray(at, end)]);
  const padded = Buffer.alloc(Math.ceil(stamped.length / alignment) * alignment);
  stamped.copy(padded);
  await rewrite(path, padded, dataStart);
}

function typeOfText(): Buffer {
  const type = Buffer.alloc(4);
  type.writeUInt32LE(VALUE.string);
  return type;
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
