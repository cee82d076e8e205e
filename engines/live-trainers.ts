/** The engines that can train on this machine, found without loading them. */
import { type LiveTrainer, trainerVersion } from "@/graph/trainers";
import { libraryVersion } from "./library-version";

export async function liveTrainers(): Promise<LiveTrainer[]> {
  const onnx = libraryVersion("onnxruntime-node");
  return onnx
    ? [{ engine: "onnx", backend: "onnxruntime", version: trainerVersion("onnx", onnx), device: "cpu" }]
    : [];
}
