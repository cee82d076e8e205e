/** Forward only: how well a model, with or without an adapter, predicts given tokens. */
import { SLICE_TOKENS } from "./limits";
import type { TrainableModel } from "./model";
import type { TokenRows } from "./rows";
import { cutSlices, makeSlice } from "./slice";

/** Of each row, in order: negative log likelihood in nats, summed over its counted tokens. */
export async function lossOfRows(
  model: TrainableModel,
  rows: TokenRows,
  onProgress?: (doneRows: number, totalRows: number) => void,
): Promise<Float64Array> {
  const nll = new Float64Array(rows.count);
  const all = Uint32Array.from({ length: rows.count }, (_, row) => row);
  let done = 0;
  for (const part of cutSlices(all, rows.lengths, SLICE_TOKENS)) {
    const slice = makeSlice(part.map(rows.read));
    const losses = await model.losses(slice);
    losses.forEach((loss, i) => {
      nll[part[slice.rowOf[i]!]!]! += loss;
    });
    done += part.length;
    onProgress?.(done, rows.count);
  }
  return nll;
}

/** Mean over all counted tokens; 0 when none counts. */
export function meanLoss(nll: ArrayLike<number>, counted: ArrayLike<number>): number {
  let sum = 0;
  let tokens = 0;
  for (let row = 0; row < nll.length; row++) {
    sum += nll[row]!;
    tokens += counted[row]!;
  }
  return tokens === 0 ? 0 : sum / tokens;
}
