import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { TARGETS } from "../adapter/layout";
import { loadTrainer, type Trainer } from "../trainer";
import { ADAMW } from "../training/adamw";
import { initAdapter } from "../training/init";
import { rowsInMemory } from "../training/rows";
import type { TokenRow } from "../training/slice";
import { loadState, newState, saveState, type TrainState } from "../training/state";
import { tinyModel } from "../training/tiny-model";
import type { StepReport, TrainEvents, TrainOptions } from "../training/train-options";
import { loadTf } from "./backend";
import type { Tf } from "./tf";

const rows: TokenRow[] = Array.from({ length: 9 }, (_, i) => ({
  row: `r${i}`,
  ids: Array.from({ length: 5 + i }, (_, t) => ((t + i) % 2 ? 7 : 11)),
  mask: Array.from({ length: 5 + i }, (_, t) => (t % 4 ? 1 : 0)),
}));
const options: TrainOptions = {
  batchSize: 2,
  gradientAccumulation: 1,
  epochs: 2,
  steps: 0,
  learningRate: 0.02,
  scheduler: "cosine",
  warmupRatio: 0.1,
  adamw: ADAMW,
  gradientCheckpointing: "on",
  maxGradNorm: 1,
  validateEvery: 0,
  earlyStoppingPatience: 0,
  earlyStoppingMinDelta: 0,
  checkpointEvery: 0,
  seed: 3,
};
const model = tinyModel("smollm2-like");
const fresh = (rank = 2) =>
  newState(initAdapter(model.config, { rank, alpha: 8, rsLora: false, targets: TARGETS, seed: 3 }));

let onnx: Trainer;
let tfjs: Trainer;
let tf: Tf;
beforeAll(async () => {
  onnx = await loadTrainer("onnxruntime");
  tfjs = await loadTrainer("tfjs-wasm");
  tf = await loadTf("tfjs-wasm");
});

function run(
  trainer: Trainer,
  state: TrainState,
  over: {
    options?: Partial<TrainOptions>;
    events?: TrainEvents;
    signal?: AbortSignal;
    rows?: TokenRow[];
  } = {},
) {
  return trainer.train({
    model,
    rows: rowsInMemory(over.rows ?? rows.slice(0, 7)),
    validation: rowsInMemory(rows.slice(7)),
    state,
    options: { ...options, ...over.options },
    threads: 1,
    signal: over.signal ?? new AbortController().signal,
    events: over.events ?? {},
  });
}
const curve = ({ history }: TrainState) => history.steps.map(({ tokensPerSecond: _, ...rest }) => rest);

test("a run gives the losses, gradient norms and validations of the onnx engine within a thousandth", async () => {
  const [a, b] = [fresh(), fresh()];
  await run(onnx, a);
  await run(tfjs, b);
  expect(b.history.steps).toHaveLength(8);
  a.history.steps.forEach(({ loss, gradNorm }, i) => {
    expect(b.history.steps[i]!.loss / loss).toBeCloseTo(1, 3);
    expect(b.history.steps[i]!.gradNorm / gradNorm).toBeCloseTo(1, 2);
  });
  a.history.validations.forEach(({ loss }, i) => {
    expect(b.history.validations[i]!.loss / loss).toBeCloseTo(1, 3);
  });
});

test("a run stopped in the middle of an epoch goes on as if it had not been", async () => {
  const whole = fresh();
  await run(tfjs, whole);
  const stop = new AbortController();
  const stopped = fresh();
  const onStep = ({ step }: StepReport) => step === 6 && stop.abort();
  await expect(run(tfjs, stopped, { events: { onStep }, signal: stop.signal })).rejects.toThrow();
  const dir = await mkdtemp(join(tmpdir(), "telar-state-"));
  await saveState(dir, stopped);
  const resumed = await loadState(dir);
  expect(resumed.step).toBe(6);
  await run(tfjs, resumed);
  expect(curve(resumed)).toEqual(curve(whole));
  expect(resumed.history.validations).toEqual(whole.history.validations);
  expect(resumed.adapter).toEqual(whole.adapter);
});

test("no tensor is left behind by a step, a validation, a stop or the end", async () => {
  const before = tf.memory().numTensors;
  const counts: number[] = [];
  const count = () => void counts.push(tf.memory().numTensors);
  for (const gradientCheckpointing of ["on", "off"] as const) {
    counts.length = 0;
    await run(tfjs, fresh(), {
      options: { gradientCheckpointing, validateEvery: 1 },
      events: { onStep: count, onValidation: count },
    });
    expect(counts.length).toBe(17);
    expect(new Set(counts).size).toBe(1);
    expect(tf.memory().numTensors).toBe(before);
  }
  const stop = new AbortController();
  const onStep = () => stop.abort();
  await expect(run(tfjs, fresh(), { events: { onStep }, signal: stop.signal })).rejects.toThrow();
  expect(tf.memory().numTensors).toBe(before);
  const unreadable = {
    ...model,
    read: async (name: string, shape: readonly number[]) => {
      if (name.includes("layers.1.")) throw new Error("the file ends");
      return model.read(name, shape);
    },
  };
  await expect(tfjs.open(unreadable, fresh().adapter, { threads: 1 })).rejects.toThrow("the file ends");
  expect(tf.memory().numTensors).toBe(before);
});

test("one row of rank 1 trains, and a learning rate that blows up is a failure", async () => {
  const state = fresh(1);
  await run(tfjs, state, { rows: rows.slice(0, 1), options: { steps: 3, epochs: 1 } });
  expect(state.history.steps.at(-1)!.loss).toBeLessThan(state.history.steps[0]!.loss);
  const wild = { learningRate: 1e30, maxGradNorm: 0, warmupRatio: 0 };
  await expect(run(tfjs, fresh(), { options: wild })).rejects.toMatchObject({ reason: "training-diverged" });
});

test("errors that nobody catches still reach those who listen", () => {
  const listeners = process.listeners("uncaughtException").map(String);
  expect(listeners.filter((text) => text.includes("ExitStatus"))).toEqual([]);
});
