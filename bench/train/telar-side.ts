/** The Telar side of the training benchmark, in a process of its own: `telar-side.ts JOB.json` prints its answer. */
import { readFile } from "node:fs/promises";
import { writeAdapter } from "@/engines/adapter/adapter";
import { TARGETS } from "@/engines/adapter/layout";
import { loadTrainer } from "@/engines/trainer";
import { ADAMW, adamwStep, clipScale, gradientNorm, newOptimizer } from "@/engines/training/adamw";
import { initAdapter } from "@/engines/training/init";
import { SLICE_TOKENS } from "@/engines/training/limits";
import { lossOfRows, meanLoss } from "@/engines/training/loss";
import { type Gradients, openModel } from "@/engines/training/model";
import { rowsInMemory } from "@/engines/training/rows";
import { cutSlices, makeSlice } from "@/engines/training/slice";
import type { TrainAnswer, TrainJob } from "./job";

const job = JSON.parse(await readFile(process.argv[2]!, "utf8")) as TrainJob;
const source = await openModel(job.modelDir);
const adapter = initAdapter(source.config, { ...job, rsLora: false, targets: TARGETS, seed: 1 });
const optimizer = newOptimizer(adapter);
const { open } = await loadTrainer(job.backend);
const model = await open(source, adapter, {
  threads: job.threads,
  ...(job.checkpointing ? { keep: false } : {}),
});
await source.close();
const held = rowsInMemory(job.heldOut);
const heldOut = async () => meanLoss(await lossOfRows(model, held), held.counted);

const heldOutBefore = await heldOut();
const stepSeconds: number[] = [];
const losses: number[] = [];
for (const batch of job.batches) {
  const begin = performance.now();
  const rows = rowsInMemory(batch);
  const counted = rows.counted.reduce((sum, tokens) => sum + tokens, 0);
  const gradients: Gradients = new Map();
  let nll = 0;
  for (const part of cutSlices([...batch.keys()], rows.lengths, SLICE_TOKENS)) {
    for (const loss of await model.backward(makeSlice(part.map(rows.read)), 1 / counted, gradients))
      nll += loss;
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
