/** A real small Llama for tests, quantised once per machine. */
import { mkdir, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { huggingFaceToGguf } from "@/engines/gguf/to-gguf";
import { realModel } from "@/engines/hub/_testing/real-model";
import { type Quantization, quantizeGguf } from "../quantize";

const cache = join(tmpdir(), "telar-test-gguf");

/** Folder of the base model in Hugging Face layout. */
export async function testModelFolder(): Promise<string> {
  return (await realModel()).dir;
}

/** Path of the model as a GGUF of that type. */
export async function testGguf(type: Quantization = "Q4_0"): Promise<string> {
  const path = join(cache, `smollm2-135m-${type}.gguf`);
  if (await exists(path)) return path;
  await mkdir(cache, { recursive: true });
  if (type === "F16") await huggingFaceToGguf(await testModelFolder(), path, { type: "f16" });
  else await quantizeGguf(await testGguf("F16"), path, type, { threads: 2 });
  return path;
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() ?? false;
}
