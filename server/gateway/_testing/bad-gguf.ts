/** Model files that end the native library instead of being refused by it. */
import { copyFile } from "node:fs/promises";
import { setEntry } from "@/engines/gguf/_testing/change-gguf";
import { testGguf } from "@/engines/llama/_testing/model";

/** A real model that says it has no attention heads: llama.cpp aborts on it (`GGML_ASSERT`). */
export async function writeAbortingGguf(path: string): Promise<void> {
  await copyFile(await testGguf(), path);
  await setEntry(path, "llama.attention.head_count", 0);
}
