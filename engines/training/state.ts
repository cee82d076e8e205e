/** Everything a run needs to go on as if it had not been stopped, and its folder. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Adapter, readAdapter, writeAdapter } from "../adapter/adapter";
import { openSafetensors } from "../safetensors/reader";
import { writeSafetensors } from "../safetensors/writer";
import { newOptimizer, type OptimizerState } from "./adamw";
import type { StepReport, ValidationReport } from "./train-options";

/**
 * The order of rows follows from the seed and the epoch alone, so `step` is also the position in the data and the
 * state of every random stream.
 */
export type TrainState = {
  step: number;
  adapter: Adapter;
  optimizer: OptimizerState;
  history: { steps: StepReport[]; validations: ValidationReport[] };
  /** The adapter with the lowest validation loss so far. */
  best: { step: number; loss: number; adapter: Adapter } | undefined;
  /** Validations since the last better one. */
  stale: number;
  seconds: number;
};

export const newState = (adapter: Adapter): TrainState => ({
  step: 0,
  adapter,
  optimizer: newOptimizer(adapter),
  history: { steps: [], validations: [] },
  best: undefined,
  stale: 0,
  seconds: 0,
});

export function copyAdapter(adapter: Adapter): Adapter {
  const tensors: Adapter["tensors"] = new Map();
  for (const [name, { shape, values }] of adapter.tensors)
    tensors.set(name, { shape, values: values.slice() });
  return { ...adapter, tensors };
}

type Saved = Pick<TrainState, "step" | "history" | "stale" | "seconds"> & {
  best?: { step: number; loss: number };
};

export async function saveState(dir: string, state: TrainState): Promise<void> {
  const { adapter, optimizer, best, ...plain } = state;
  await mkdir(join(dir, "adapter"), { recursive: true });
  await writeAdapter(join(dir, "adapter"), adapter);
  await writeSafetensors(
    join(dir, "optimizer.safetensors"),
    [...optimizer.moments].flatMap(([name, { m, v }]) => {
      const { shape } = adapter.tensors.get(name)!;
      return [
        { name: `m.${name}`, dtype: "F32" as const, shape, data: () => m },
        { name: `v.${name}`, dtype: "F32" as const, shape, data: () => v },
      ];
    }),
  );
  if (best) {
    await mkdir(join(dir, "best"), { recursive: true });
    await writeAdapter(join(dir, "best"), best.adapter);
  }
  const saved: Saved = { ...plain, ...(best ? { best: { step: best.step, loss: best.loss } } : {}) };
  await writeFile(join(dir, "state.json"), `${JSON.stringify(saved)}\n`);
}

export async function loadState(dir: string): Promise<TrainState> {
  const { best, ...saved } = JSON.parse(await readFile(join(dir, "state.json"), "utf8")) as Saved;
  const adapter = await readAdapter(join(dir, "adapter"));
  const optimizer = newOptimizer(adapter);
  optimizer.steps = saved.step;
  const file = await openSafetensors(join(dir, "optimizer.safetensors"));
  try {
    for (const [name, { m, v }] of optimizer.moments) {
      await file.read(`m.${name}`, m);
      await file.read(`v.${name}`, v);
    }
  } finally {
    await file.close();
  }
  const bestAdapter = best && { ...best, adapter: await readAdapter(join(dir, "best")) };
  return { ...saved, adapter, optimizer, best: bestAdapter };
}
