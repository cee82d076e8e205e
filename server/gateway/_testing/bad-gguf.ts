/** Model files that end the native library instead of being refused by it. */
import { readFile, writeFile } from "node:fs/promises";
import { testGguf } from "@/engines/llama/_testing/model";

/** A real model that says it has no attention heads: llama.cpp aborts on it (`GGML_ASSERT`). */
export async function writeAbortingGguf(path: string): Promise<void> {
  const bytes = await readFile(await testGguf());
  const key = Buffer.from("llama.attention.head_count");
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(key.length));
  const at = bytes.indexOf(Buffer.concat([length, key]));
  if (at < 0) throw new Error("The test model does not say how many heads it has.");
  // The key, its type (uint32), then the value.
  bytes.writeUInt32LE(0, at + 8 + key.length + 4);
  await writeFile(path, bytes);
}
