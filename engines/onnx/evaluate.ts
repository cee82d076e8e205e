/** Forward only: how well a model, with or without an adapter, predicts given tokens. */
import { readAdapter } from "../adapter/adapter";
import { SLICE_TOKENS } from "./limits";
import { loadModel } from "./model";
import { LlamaRunner } from "./runner";
import { countedTokens, cutSlices, makeSlice, type TokenRow } from "./slice";

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
  const runner = new LlamaRunner(await loadModel(modelDir, signal), adapter, { threads, signal });
  try {
    return await lossOfRows(runner, rows, onProgress);
  } finally {
    await runner.release();
  }
}

export async function lossOfRows(
  runner: LlamaRunner,
  rows: readonly TokenRow[],
  onProgress?: (doneRows: number, totalRows: number) => void,
): Promise<RowLoss[]> {
  const results: RowLoss[] = rows.map((row) => ({ row: row.row, nll: 0, tokens: countedTokens(row) }));
  const indexed = rows.map((row, index) => ({ ...row, index }));
  let done = 0;
  for (const part of cutSlices(indexed, SLICE_TOKENS)) {
    const slice = makeSlice(part);
    const losses = await runner.losses(slice);
    losses.forEach((loss, i) => {
      results[part[slice.rowOf[i]!]!.index]!.nll += loss;
    });
    done += part.length;
    onProgress?.(done, rows.length);
  }
  return results;
}

/** Mean over all counted tokens; 0 when none counts. */
export function meanLoss(results: readonly RowLoss[]): number {
  const tokens = results.reduce((sum, r) => sum + r.tokens, 0);
  return tokens === 0 ? 0 : results.reduce((sum, r) => sum + r.nll, 0) / tokens;
}
