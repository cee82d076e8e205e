/** The engines that can train on this machine, found without loading them. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type LiveTrainer, trainerVersion } from "@/graph/trainers";

export async function liveTrainers(): Promise<LiveTrainer[]> {
  const version = packageVersion("onnxruntime-node");
  if (!version) return [];
  return [
    { engine: "onnx", backend: "onnxruntime", version: trainerVersion("onnx", version), device: "cpu" },
  ];
}

function packageVersion(name: string): string | undefined {
  try {
    const require = createRequire(`${process.cwd()}/`);
    return JSON.parse(readFileSync(require.resolve(`${name}/package.json`), "utf8")).version;
  } catch {
    return undefined;
  }
}
