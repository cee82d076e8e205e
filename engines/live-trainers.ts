/** The engines that can train on this machine, found without loading them. */
import { type LiveTrainer, trainerVersion } from "@/graph/trainers";
import { libraryVersion } from "./library-version";

export async function liveTrainers(): Promise<LiveTrainer[]> {
  const onnx = libraryVersion("onnxruntime-node");
  const wasm = libraryVersion("@tensorflow/tfjs-backend-wasm");
  const live: LiveTrainer[] = [];
  if (onnx)
    live.push({
      engine: "onnx",
      backend: "onnxruntime",
      version: trainerVersion("onnx", onnx),
      device: "cpu",
    });
  if (wasm)
    live.push({ engine: "tfjs", backend: "tfjs-wasm", version: trainerVersion("tfjs", wasm), device: "cpu" });
  return live;
}
