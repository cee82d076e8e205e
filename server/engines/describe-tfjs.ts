/** Which TensorFlow.js computes on this machine, and why none that is faster does. */
import { libraryVersion } from "@/engines/library-version";
import { findNative, type NativeBackend, type Probe, probeNative } from "@/engines/tfjs/native";

/** What the GPU package is published for. */
const GPU_SYSTEM = { platform: "linux", arch: "x64" } as const;

export type NativeState = Probe | { loads: false; why: "not installed" };
export type TfjsState = {
  /** The fastest that loads; undefined where not even WebAssembly is there. */
  live: { backend: NativeBackend | "tfjs-wasm"; version: string } | undefined;
  gpu: NativeState;
  /** The GPU package exists for this system. */
  gpuPossible: boolean;
};

export async function describeTfjs(): Promise<TfjsState> {
  const [gpu, cpu] = await Promise.all([stateOf("tfjs-node-gpu"), stateOf("tfjs-node")]);
  const wasm = libraryVersion("@tensorflow/tfjs-backend-wasm");
  const version = (backend: NativeBackend) => findNative(backend)?.version ?? "";
  const live = (backend: NativeBackend) => ({ backend, version: version(backend) });
  return {
    live:
      gpu.loads && gpu.gpu
        ? live("tfjs-node-gpu")
        : cpu.loads
          ? live("tfjs-node")
          : wasm
            ? { backend: "tfjs-wasm", version: wasm }
            : undefined,
    gpu,
    gpuPossible: process.platform === GPU_SYSTEM.platform && process.arch === GPU_SYSTEM.arch,
  };
}

async function stateOf(backend: NativeBackend): Promise<NativeState> {
  const installed = findNative(backend);
  return installed ? probeNative(installed) : { loads: false, why: "not installed" };
}
