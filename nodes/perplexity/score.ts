/** Losses of rows under a model of either format. */
import { join } from "node:path";
import { ggufLoss } from "@/engines/llama/loss";
import { evaluateLoss } from "@/engines/onnx/evaluate";
import { Failure } from "@/graph/problems";
import type { InputArtifact } from "@/graph/runner";

export type ScoredRow = { row: string; ids: number[]; mask: number[] };
/** `nll`: nats, summed over `tokens`. */
export type RowLoss = { row: string; nll: number; tokens: number };
export type ScoreJob = {
  model: InputArtifact<"model">;
  adapter: InputArtifact<"adapter"> | undefined;
  rows: readonly ScoredRow[];
  threads: number;
  signal: AbortSignal;
  onProgress(done: number): void;
};

/** One result a row, in order. @throws Failure `adapter-on-gguf`, and those of the engines */
export function scoreRows({
  model,
  adapter,
  rows,
  threads,
  signal,
  onProgress,
}: ScoreJob): Promise<RowLoss[]> {
  if (model.facts.format === "gguf") {
    if (adapter) throw new Failure("INVALID_INPUT", "adapter-on-gguf");
    return ggufLoss({ modelPath: join(model.dir, "model.gguf"), rows, threads, signal, onProgress });
  }
  const adapterDir = adapter && { adapterDir: adapter.dir };
  return evaluateLoss({ modelDir: model.dir, ...adapterDir, rows, threads, signal, onProgress });
}
