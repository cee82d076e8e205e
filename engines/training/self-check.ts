/**
 * Before an engine may train on a machine it must reproduce, on two tiny models, the losses, gradients and first
 * optimizer steps that Transformers and PEFT gave (`self-check.json`, written by `parity/make_reference.py`).
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { arch, cpus, platform } from "node:os";
import { join } from "node:path";
import { Failure } from "@/graph/problems";
import type { LiveTrainer } from "@/graph/trainers";
import { ADAMW, adamwStep, clipScale, gradientNorm, newOptimizer } from "./adamw";
import type { Gradients } from "./model";
import reference from "./self-check.json" with { type: "json" };
import { countedTokens, makeSlice } from "./slice";
import { TINY_NAMES, type TinyName, tinyAdapter, tinyModel, tinyRows } from "./tiny-model";
import type { OpenTrainable } from "./train";

/**
 * Allowed differences. On a CPU, float32 sums in another order differ by about 1e-6; GPUs may multiply in TensorFloat-32,
 * with ten bits of fraction.
 */
const TOLERANCE = { cpu: { loss: 2e-5, gradient: 1e-4 }, gpu: { loss: 1e-3, gradient: 5e-3 } };

export type SelfCheck = { engine: string; largestLossError: number; largestGradientError: number };

/** What the check holds for: another engine, library or processor is checked anew. */
export const engineIdentity = ({ engine, backend, version }: LiveTrainer): string =>
  `${engine} ${version}, ${backend}, ${platform()} ${arch()}, ${cpus()[0]?.model ?? "unknown"}`;

/** Runs once per engine, version and machine; the result is kept below `cacheDir`. */
export async function ensureSelfCheck(
  live: LiveTrainer,
  open: OpenTrainable,
  cacheDir: string,
  threads: number,
): Promise<SelfCheck> {
  const file = join(cacheDir, `${live.backend}-self-check.json`);
  // A file cut off by a crash is no result.
  const kept = await readFile(file, "utf8")
    .then((text) => JSON.parse(text) as SelfCheck)
    .catch(() => undefined);
  if (kept?.engine === engineIdentity(live)) return kept;
  const result = await selfCheck(live, open, threads);
  await mkdir(cacheDir, { recursive: true });
  await writeFile(file, `${JSON.stringify(result, null, 2)}\n`);
  return result;
}

/** Throws `engine-self-check` when a value is off. */
export async function selfCheck(live: LiveTrainer, open: OpenTrainable, threads: number): Promise<SelfCheck> {
  const result = { engine: engineIdentity(live), largestLossError: 0, largestGradientError: 0 };
  for (const name of TINY_NAMES) {
    for (const keep of [true, false]) {
      const errors = await checkModel(name, keep, open, threads);
      result.largestLossError = Math.max(result.largestLossError, errors.loss);
      result.largestGradientError = Math.max(result.largestGradientError, errors.gradient);
    }
  }
  const allowed = TOLERANCE[live.device];
  // Written so that a NaN fails too.
  if (!(result.largestLossError <= allowed.loss && result.largestGradientError <= allowed.gradient)) {
    throw new Failure("INTERNAL", "engine-self-check", {
      engine: live.backend,
      loss: result.largestLossError.toExponential(1),
      gradient: result.largestGradientError.toExponential(1),
    });
  }
  return result;
}

async function checkModel(name: TinyName, keep: boolean, open: OpenTrainable, threads: number) {
  const expected = reference[name];
  const adapter = tinyAdapter(name);
  const rows = tinyRows(name);
  const slice = makeSlice(rows);
  const tokens = rows.reduce((sum, row) => sum + countedTokens(row), 0);
  const optimizer = newOptimizer(adapter);
  const model = await open(tinyModel(name), adapter, { threads, keep });
  const errors = { loss: 0, gradient: 0 };
  // `Math.max` of a NaN is NaN, whatever comes after.
  const note = (kind: keyof typeof errors, error: number) => {
    errors[kind] = Math.max(errors[kind], error);
  };
  try {
    const plain = sumByRow(await model.losses(slice), slice.rowOf, rows.length);
    plain.forEach((sum, i) => {
      note("loss", Math.abs(sum / expected.rowLosses[i]! - 1));
    });
    for (const [step, loss] of expected.losses.entries()) {
      const gradients: Gradients = new Map();
      const losses = await model.backward(slice, 1 / tokens, gradients);
      note("loss", Math.abs(losses.reduce((a, b) => a + b, 0) / tokens / loss - 1));
      if (step === 0) note("gradient", gradientError(gradients, expected.gradients));
      adamwStep(adapter, optimizer, gradients, 0.01, clipScale(gradientNorm(gradients), 1), ADAMW);
    }
  } finally {
    await model.release();
  }
  return errors;
}

type ExpectedGradients = Record<string, { norm: number; first: number[] }>;

/** Largest error of a tensor's norm or of its first values, relative to the norm. */
function gradientError(gradients: Gradients, expected: ExpectedGradients): number {
  let worst = 0;
  for (const [name, { norm, first }] of Object.entries(expected)) {
    const values = gradients.get(name);
    if (!values) return Number.NaN;
    const off = [
      Math.abs(gradientNorm(new Map([[name, values]])) - norm),
      ...first.map((x, i) => Math.abs(x - values[i]!)),
    ];
    for (const error of off) worst = Math.max(worst, error / norm);
  }
  return gradients.size === Object.keys(expected).length ? worst : Number.NaN;
}

export function sumByRow(losses: Float32Array, rowOf: Int32Array, rows: number): number[] {
  const sums = new Array<number>(rows).fill(0);
  losses.forEach((loss, i) => {
    sums[rowOf[i]!]! += loss;
  });
  return sums;
}
