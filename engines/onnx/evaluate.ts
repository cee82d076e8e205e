/** Forward only, of a model folder: how well it predicts given tokens. */
import { readAdapter } from "../adapter/adapter";
import { lossOfRows } from "../training/loss";
import { openModel } from "../training/model";
import { rowsInMemory } from "../training/rows";
import type { TokenRow } from "../training/slice";
import { openOnnx } from "./runner";

export type EvaluateOptions = {
  modelDir: string;
  adapterDir?: string;
  /** `mask[t]` 1 where `ids[t]` counts; position t − 1 predicts it. */
  rows: readonly TokenRow[];
  threads: number;
  signal: AbortSignal;
  onProgress?: (doneRows: number, totalRows: number) => void;
};
/** `nll` in nats, summed over the `tokens` that count. */
export type RowLoss = { row: string; nll: number; tokens: number };

/** One result a row, in the order given. */
export async function evaluateLoss(options: EvaluateOptions): Promise<RowLoss[]> {
  const { modelDir, adapterDir, rows, threads, signal, onProgress } = options;
  const adapter = adapterDir === undefined ? undefined : await readAdapter(adapterDir);
  const held = rowsInMemory(rows);
  const source = await openModel(modelDir, signal);
  const model = await openOnnx(source, adapter, { threads, signal }).finally(() => source.close());
  try {
    const nll = await lossOfRows(model, held, onProgress);
    return rows.map(({ row }, i) => ({ row, nll: nll[i]!, tokens: held.counted[i]! }));
  } finally {
    await model.release();
  }
}
