/** Rows of tokens laid side by side for one pass through the model. */
import { LENGTH_STEP } from "./limits";

/** `mask[t]` 1 where `ids[t]` counts in the loss; it is predicted at position t − 1. */
export type TokenRow = { row: string; ids: ArrayLike<number>; mask: ArrayLike<number> };

export type Slice = {
  batch: number;
  /** Padded length of each row. */
  length: number;
  /** `[batch · length]`, right-padded with 0: causal attention never looks at padding from a real token. */
  ids: Int32Array;
  /** Flat positions whose next token counts, and that token. */
  picked: Int32Array;
  targets: Int32Array;
  /** For each picked position, which of the rows it belongs to. */
  rowOf: Int32Array;
  /** Tokens that are not padding. */
  realTokens: number;
};

/** The last token of a row is only ever a target, so it takes no place. */
const placesOf = (length: number) => Math.max(length - 1, 1);
const slicePlaces = (row: TokenRow) => placesOf(row.ids.length);
const paddedLength = (places: number) => Math.ceil(places / LENGTH_STEP) * LENGTH_STEP;

export const countedTokens = (row: TokenRow): number => {
  let n = 0;
  for (let t = 1; t < row.ids.length; t++) if (row.mask[t]) n++;
  return n;
};

export function makeSlice(rows: readonly TokenRow[]): Slice {
  const length = paddedLength(Math.max(...rows.map(slicePlaces)));
  const ids = new Int32Array(rows.length * length);
  const picked: number[] = [];
  const targets: number[] = [];
  const rowOf: number[] = [];
  let realTokens = 0;
  rows.forEach((row, r) => {
    for (let t = 0; t < slicePlaces(row) && t < row.ids.length; t++) {
      ids[r * length + t] = row.ids[t]!;
      realTokens++;
      if (t + 1 < row.ids.length && row.mask[t + 1]) {
        picked.push(r * length + t);
        targets.push(row.ids[t + 1]!);
        rowOf.push(r);
      }
    }
  });
  return {
    batch: rows.length,
    length,
    ids,
    picked: Int32Array.from(picked),
    targets: Int32Array.from(targets),
    rowOf: Int32Array.from(rowOf),
    realTokens,
  };
}

/** Cuts rows, given by number, into slices of at most `tokens` padded places, like lengths together. A longer row stands alone. */
export function* cutSlices(
  rows: ArrayLike<number>,
  lengths: ArrayLike<number>,
  tokens: number,
): Generator<number[]> {
  const sorted = Uint32Array.from(rows).sort((a, b) => lengths[a]! - lengths[b]!);
  let current: number[] = [];
  for (const row of sorted) {
    if (current.length > 0 && (current.length + 1) * paddedLength(placesOf(lengths[row]!)) > tokens) {
      yield current;
      current = [];
    }
    current.push(row);
  }
  if (current.length > 0) yield current;
}
