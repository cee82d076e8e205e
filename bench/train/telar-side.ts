/** The Telar side of the training benchmark, in a process of its own: `telar-side.ts JOB.json` prints its answer. */
import { readFile } from "node:fs/promises";
import { writeAdapter } from "@/engines/adapter/adapter";
import { TARGETS } from "@/engines/adapter/layout";
import { ADAMW, adamwStep, clipScale, gradientNorm, newOptimizer } from "@/engines/onnx/adamw";
import { lossOfRows, meanLoss } from "@/engines/onnx/evaluate";
import { initAdapter } from "@/engines/onnx/init";
import { SLICE_TOKENS } from "@/engines/onnx/limits";
import { loadModel } from "@/engines/onnx/model";
import { type Gradients, LlamaRunner } from "@/engines/onnx/runner";
import { countedTokens, cutSlices, makeSlice } from "@/engines/onnx/slice";
import type { TrainAnswer, TrainJob } from "./job";

const job = JSON.parse(await readFile(process.argv[2]!, "utf8")) as TrainJob;
const model = await loadModel(job.modelDir);
const adapter = initAdapter(model.config, { ...job, rsLora: false, targets: TARGETS, seed: 1 });
const optimizer = newOptimizer(adapter);
const runner = new LlamaRunner(model, adapter, {
  threads: job.threads,
  ...(job.checkpointing ? { keep: false } : {}),
});
const heldOut = async () => meanLoss(await lossOfRows(runner, job.heldOut));

const heldOutBefore = await heldOut();
const stepSeconds: number[] = [];
const losses: number[] = [];
for (const rows of job.batches) {
  const begin = performance.now();
  const counted = rows.reduce((sum, row) => sum + countedTokens(row), 0);
  const gradients: Gradients = new Map();
  let nll = 0;
  for (const part of cutSlices(rows, SLICE_TOKENS)) {
    for (const loss of await runner.backward(makeSlice(part), 1 / counted, gradients)) nll += loss;
  }
  adamwStep(adapter, optimizer, gradients, job.learningRate, clipScale(gradientNorm(gradients), 1), ADAMW);
  stepSeconds.push((performance.now() - begin) / 1000);
  losses.push(nll / counted);
  process.stderr.write(
    `  step ${losses.length} of ${job.batches.length}: loss ${losses.at(-1)!.toFixed(3)}\n`,
  );
}
await writeAdapter(job.outDir, adapter);
const answer: TrainAnswer = {
  stepSeconds,
  losses,
  heldOutBefore,
  heldOutAfter: await heldOut(),
  peakBytes: process.resourceUsage().maxRSS * 1024,
};
console.log(JSON.stringify(answer));
process.exit(0);
