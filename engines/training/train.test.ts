import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { TARGETS } from "../adapter/layout";
import { openOnnx } from "../onnx/runner";
import { ADAMW } from "./adamw";
import { initAdapter } from "./init";
import { WINDOW_BATCHES } from "./limits";
import { epochOrder } from "./order";
import { randomSource } from "./random";
import { rowsInMemory } from "./rows";
import { scheduleFactor } from "./schedule";
import { cutSlices, makeSlice, type TokenRow } from "./slice";
import { loadState, newState, saveState } from "./state";
import { tinyModel } from "./tiny-model";
import { TokenFileWriter } from "./token-file";
import { train } from "./train";
import type { StepReport, TrainEvents, TrainOptions } from "./train-options";

/** Rows that follow a rule: after 7 comes 11, after 11 comes 7. */
const rows: TokenRow[] = Array.from({ length: 10 }, (_, i) => ({
  row: `r${i}`,
  ids: Array.from({ length: 6 + i }, (_, t) => ((t + i) % 2 ? 7 : 11)),
  mask: Array.from({ length: 6 + i }, () => 1),
}));
const plain: TrainOptions = {
  batchSize: 2,
  gradientAccumulation: 2,
  epochs: 4,
  steps: 0,
  learningRate: 0.02,
  scheduler: "cosine",
  warmupRatio: 0.1,
  adamw: ADAMW,
  gradientCheckpointing: "auto",
  maxGradNorm: 1,
  validateEvery: 0,
  earlyStoppingPatience: 0,
  earlyStoppingMinDelta: 0,
  checkpointEvery: 0,
  seed: 3,
};
const model = tinyModel("smollm2-like");
const fresh = () =>
  newState(initAdapter(model.config, { rank: 4, alpha: 8, rsLora: false, targets: TARGETS, seed: 3 }));

function run(
  state = fresh(),
  over: Partial<TrainOptions> = {},
  events: TrainEvents = {},
  signal = new AbortController().signal,
) {
  const options = { ...plain, ...over };
  const input = { model, rows: rowsInMemory(rows.slice(0, 8)), validation: rowsInMemory(rows.slice(8)) };
  return train({ ...input, state, options, threads: 1, signal, events }, openOnnx);
}
const curve = (reports: StepReport[]) => reports.map(({ tokensPerSecond: _, ...rest }) => rest);

test("training lowers the loss of the rows and of unseen ones", async () => {
  const state = fresh();
  expect(await run(state)).toEqual({ stopped: "finished" });
  const { steps, validations } = state.history;
  expect(steps).toHaveLength(8);
  expect(steps.at(-1)!.loss).toBeLessThan(steps[0]!.loss / 2);
  expect(validations.map((v) => v.step)).toEqual([0, 2, 4, 6, 8]);
  expect(validations.at(-1)!.loss).toBeLessThan(validations[0]!.loss / 2);
  expect(state.best!.loss).toBe(Math.min(...validations.map((v) => v.loss)));
});

test("gradient checkpointing changes memory, not results", async () => {
  const losses = async (gradientCheckpointing: TrainOptions["gradientCheckpointing"]) => {
    const state = fresh();
    await run(state, { gradientCheckpointing });
    return state.history.steps.map(({ loss }) => loss);
  };
  const kept = await losses("off");
  for (const [i, loss] of (await losses("on")).entries()) expect(loss).toBeCloseTo(kept[i]!, 6);
});

test("a stopped run that goes on gives the same curve and weights as one never stopped", async () => {
  const whole = fresh();
  await run(whole);
  const stop = new AbortController();
  const stopped = fresh();
  const onStep = ({ step }: StepReport) => step === 4 && stop.abort();
  await expect(run(stopped, {}, { onStep }, stop.signal)).rejects.toThrow();
  const dir = await mkdtemp(join(tmpdir(), "telar-state-"));
  await saveState(dir, stopped);
  const resumed = await loadState(dir);
  expect(resumed.step).toBe(4);
  await run(resumed);
  expect(curve(resumed.history.steps)).toEqual(curve(whole.history.steps));
  expect(resumed.history.validations).toEqual(whole.history.validations);
  expect(resumed.adapter).toEqual(whole.adapter);
  expect(resumed.best).toEqual(whole.best);
});

test("tokens read from disk give the losses, validations and weights of tokens in memory, to the bit", async () => {
  const dir = await mkdtemp(join(tmpdir(), "telar-tokens-"));
  const onDisk = (name: string, part: readonly TokenRow[]) => {
    const writer = new TokenFileWriter(join(dir, name));
    for (const row of part) writer.append(row);
    return writer.finish();
  };
  const held = fresh();
  await run(held);
  const read = fresh();
  const input = {
    model,
    rows: onDisk("rows", rows.slice(0, 8)),
    validation: onDisk("held out", rows.slice(8)),
  };
  const signal = new AbortController().signal;
  await train({ ...input, state: read, options: plain, threads: 1, signal, events: {} }, openOnnx);
  expect(curve(read.history.steps)).toEqual(curve(held.history.steps));
  expect(read.history.validations).toEqual(held.history.validations);
  expect(read.adapter).toEqual(held.adapter);
});

test("rows without a token that counts are refused before any work", async () => {
  const masked = rows.map((row) => ({ ...row, mask: Array.from(row.mask, () => 0) }));
  const opened = async () => {
    throw new Error("read the weights");
  };
  const rest = {
    model,
    validation: rowsInMemory([]),
    state: fresh(),
    options: plain,
    threads: 1,
    events: {},
  };
  const signal = new AbortController().signal;
  for (const none of [rowsInMemory([]), rowsInMemory(masked)])
    await expect(train({ ...rest, rows: none, signal }, opened)).rejects.toMatchObject({
      reason: "no-trained-tokens",
    });
});

test("accumulated batches give the step of one large batch", async () => {
  const small = fresh();
  const large = fresh();
  await run(small, { batchSize: 2, gradientAccumulation: 4, steps: 2 });
  await run(large, { batchSize: 8, gradientAccumulation: 1, steps: 2 });
  small.history.steps.forEach((s, i) => {
    expect(s.loss).toBeCloseTo(large.history.steps[i]!.loss, 5);
    expect(s.gradNorm).toBeCloseTo(large.history.steps[i]!.gradNorm, 4);
  });
});

test("training stops early when validation no longer gets better, and keeps the best adapter", async () => {
  const state = fresh();
  const result = await run(state, { epochs: 5, earlyStoppingPatience: 1, earlyStoppingMinDelta: 100 });
  expect(result).toEqual({ stopped: "early" });
  expect(state.history.validations.map((v) => v.step)).toEqual([0, 2, 4]);
  expect(state.best!.step).toBe(2);
});

test("a learning rate that blows up is a failure, not a number", async () => {
  await expect(run(fresh(), { learningRate: 1e30, maxGradNorm: 0, warmupRatio: 0 })).rejects.toMatchObject({
    reason: "training-diverged",
  });
});

test("warm-up rises in a line, then the rate falls to zero as chosen", () => {
  const at = (s: "cosine" | "linear" | "constant", step: number) => scheduleFactor(s, step, 100, 0.1);
  expect([0, 4, 10].map((s) => at("cosine", s) * 11)).toEqual([1, 5, 11]);
  expect(at("linear", 55)).toBeCloseTo(0.5);
  expect(at("cosine", 55)).toBeCloseTo(0.5);
  expect(at("cosine", 100)).toBeCloseTo(0);
  expect(at("constant", 99)).toBe(1);
});

const lengths = fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 40 });
const ofLength = (n: number, i: number): TokenRow => ({
  row: `${i}`,
  ids: Array(n).fill(1),
  mask: Array(n).fill(1),
});

/** The same order on rows that are held, in a few plain lines. */
function plainOrder(rows: readonly TokenRow[], batchSize: number, seed: number, epoch: number): number[][] {
  const random = randomSource(seed, `epoch ${epoch}`);
  const mixed = <T>(items: readonly T[]): T[] => {
    const out = [...items];
    for (let i = out.length - 1; i > 0; i--) {
      const j = Math.floor(random() * (i + 1));
      [out[i], out[j]] = [out[j]!, out[i]!];
    }
    return out;
  };
  const order = mixed(rows);
  const window = batchSize * WINDOW_BATCHES;
  const batches: number[][] = [];
  for (let begin = 0; begin < order.length; begin += window) {
    const sorted = order.slice(begin, begin + window).sort((a, b) => a.ids.length - b.ids.length);
    for (let at = 0; at < sorted.length; at += batchSize)
      batches.push(sorted.slice(at, at + batchSize).map(({ row }) => Number(row)));
  }
  return mixed(batches);
}

test("the order of an epoch needs no rows, only their lengths, and is that of rows that are held", () => {
  fc.assert(
    fc.property(
      lengths,
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 0, max: 3 }),
      (list, size, epoch) => {
        const order = epochOrder(list, size, 1, epoch);
        const batches = Array.from({ length: order.batches }, (_, i) => order.rows(i, i + 1));
        expect(batches).toEqual(plainOrder(list.map(ofLength), size, 1, epoch));
        expect(order.rows(0, order.batches)).toEqual(batches.flat());
        expect(batches.flat().sort((a, b) => a - b)).toEqual(list.map((_, i) => i));
      },
    ),
  );
  const numbers = (epoch: number) => epochOrder(Array(30).fill(20), 4, 1, epoch).rows(0, 8);
  expect(numbers(0)).not.toEqual(numbers(1));
});

test("slices stay within their room and count every trained token", () => {
  fc.assert(
    fc.property(lengths, (list) => {
      const rows = list.map(ofLength);
      const all = list.map((_, i) => i);
      const slices = [...cutSlices(all, list, 128)].map((part) => makeSlice(part.map((i) => rows[i]!)));
      for (const s of slices) expect(s.batch === 1 || s.batch * s.length <= 128).toBe(true);
      const picked = slices.reduce((sum, s) => sum + s.picked.length, 0);
      expect(picked).toBe(list.reduce((sum, n) => sum + n - 1, 0));
    }),
  );
});
