/** The engines that can train on this machine. What may not load is tried in a process of its own. */
import { type LiveTrainer, trainerVersion } from "@/graph/trainers";
import { libraryVersion } from "./library-version";
import { findNative, NATIVE_BACKENDS, type NativeBackend, probeNative } from "./tfjs/native";

let native: Promise<LiveTrainer[]> | undefined;

export async function liveTrainers(): Promise<LiveTrainer[]> {
  // Tried once a process: a library does not come and go while it runs.
  native ??= Promise.all(NATIVE_BACKENDS.map(liveNative)).then((found) => found.flat());
  const onnx = libraryVersion("onnxruntime-node");
  const wasm = libraryVersion("@tensorflow/tfjs-backend-wasm");
  return [
    ...(onnx ? [live("onnx", "onnxruntime", onnx)] : []),
    ...(await native),
    ...(wasm ? [live("tfjs", "tfjs-wasm", wasm)] : []),
  ];
}

const live = (
  engine: LiveTrainer["engine"],
  backend: LiveTrainer["backend"],
  version: string,
  device: LiveTrainer["device"] = "cpu",
): LiveTrainer => ({ engine, backend, version: trainerVersion(engine, version), device });

/** The GPU package without a GPU computes on the CPU, as the other one does: it does not count then. */
async function liveNative(backend: NativeBackend): Promise<LiveTrainer[]> {
  const installed = findNative(backend);
  const probe = installed && (await probeNative(installed));
  if (!probe?.loads || (backend === "tfjs-node-gpu") !== probe.gpu) return [];
  return [live("tfjs", backend, installed!.version, probe.gpu ? "gpu" : "cpu")];
}
