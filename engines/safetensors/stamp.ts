/** Puts texts into `__metadata__` of a safetensors file. Tensors stay byte for byte. Format: github.com/huggingface/safetensors#format */
import { open } from "node:fs/promises";
import { rewrite } from "../gguf/stamp";

const ALIGNMENT = 8;

export async function stampSafetensors(path: string, texts: ReadonlyMap<string, string>): Promise<void> {
  const file = await open(path);
  const size = Buffer.alloc(8);
  await file.read(size, 0, 8, 0);
  const length = Number(size.readBigUInt64LE());
  const old = Buffer.alloc(length);
  await file.read(old, 0, length, 8).finally(() => file.close());
  const header = JSON.parse(old.toString("utf8")) as Record<string, unknown>;
  const metadata = {
    ...(header.__metadata__ as Record<string, string> | undefined),
    ...Object.fromEntries(texts),
  };
  const json = Buffer.from(JSON.stringify({ ...header, __metadata__: metadata }));
  const head = Buffer.alloc(8 + Math.ceil(json.length / ALIGNMENT) * ALIGNMENT, " ");
  head.writeBigUInt64LE(BigInt(head.length - 8), 0);
  json.copy(head, 8);
  await rewrite(path, head, 8 + length);
}
