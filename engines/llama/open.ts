import { stat } from "node:fs/promises";
import type { LlamaModel } from "node-llama-cpp";
import { Failure } from "@/graph/problems";
import { checkGguf } from "../gguf/check-gguf";
import { openGguf } from "../gguf/read";
import { type Device, llamaRuntime } from "./runtime";

/** Loads the weights. @throws Failure `model-file-missing`, `model-does-not-load`, `not-enough-memory`, and those of `openGguf` and `checkGguf` */
export async function openModel(
  path: string,
  {
    gpu = false,
    signal,
    onStep,
  }: { gpu?: Device; signal?: AbortSignal | undefined; onStep?: (() => void) | undefined } = {},
): Promise<LlamaModel> {
  const file = await stat(path).catch(() => undefined);
  if (!file?.isFile()) throw new Failure("INVALID_INPUT", "model-file-missing", { path });
  const gguf = await openGguf(path);
  // What the library does not expect ends the process instead of being refused.
  try {
    checkGguf(gguf);
  } finally {
    await gguf.close();
  }
  const llama = await llamaRuntime(gpu);
  const { InsufficientMemoryError } = await import("node-llama-cpp");
  try {
    return await llama.loadModel({
      modelPath: path,
      ...(onStep && { onLoadProgress: onStep }),
      ...(signal && { loadSignal: signal }),
    });
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    if (error instanceof InsufficientMemoryError) throw outOfMemory(file.size, error);
    const detail = error instanceof Error ? error.message : String(error);
    throw new Failure("INVALID_INPUT", "model-does-not-load", { detail }, { cause: error });
  }
}

export function outOfMemory(bytes: number, cause: unknown): Failure {
  return new Failure(
    "OUT_OF_MEMORY",
    "model-needs-memory",
    { gigabytes: Math.round(bytes / 1e8) / 10 },
    { cause },
  );
}
