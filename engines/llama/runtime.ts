/** One llama.cpp per process and device, from the prebuilt binaries only: it never compiles or downloads. */
import { availableParallelism } from "node:os";
import type { Llama } from "node-llama-cpp";
import { Failure } from "@/graph/problems";

export type Device = false | "auto";

const loaded = new Map<Device, Promise<Llama>>();

/** @throws Failure `llama-missing` where no prebuilt binary fits this machine. */
export function llamaRuntime(gpu: Device = false): Promise<Llama> {
  const known = loaded.get(gpu);
  if (known) return known;
  const loading = load(gpu);
  loaded.set(gpu, loading);
  loading.catch(() => loaded.delete(gpu));
  return loading;
}

async function load(gpu: Device): Promise<Llama> {
  const { getLlama, LlamaLogLevel, NoBinaryFoundError } = await import("node-llama-cpp");
  try {
    return await getLlama({
      gpu,
      build: "never",
      skipDownload: true,
      progressLogs: false,
      logLevel: LlamaLogLevel.error,
      maxThreads: availableParallelism(),
    });
  } catch (error) {
    if (!(error instanceof NoBinaryFoundError)) throw error;
    const platform = `${process.platform}-${process.arch}`;
    throw new Failure("NODE_ERROR", "llama-missing", { platform }, { cause: error });
  }
}
