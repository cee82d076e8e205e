/** Which rows make which batch: a pure function of the seed and the epoch, so that a resumed run sees the same ones. */
import { WINDOW_BATCHES } from "./limits";
import { randomSource, shuffle } from "./random";

/**
 * Rows of one epoch by number, in order of use, cut into batches of `batchSize`. Rows are shuffled, then sorted by length
 * inside windows of some batches, so that a batch holds like lengths and little padding; then the batches are shuffled.
 * The smaller batch at the end of the rows may come anywhere.
 */
export type EpochOrder = {
  batches: number;
  /** Numbers of the rows in batches `first` to `last` (not included). */
  rows(first: number, last: number): number[];
};

export function epochOrder(
  lengths: ArrayLike<number>,
  batchSize: number,
  seed: number,
  epoch: number,
): EpochOrder {
  const random = randomSource(seed, `epoch ${epoch}`);
  const rows = shuffle(
    Uint32Array.from({ length: lengths.length }, (_, row) => row),
    random,
  );
  const window = batchSize * WINDOW_BATCHES;
  for (let begin = 0; begin < rows.length; begin += window)
    rows.subarray(begin, begin + window).sort((a, b) => lengths[a]! - lengths[b]!);
  const count = Math.ceil(rows.length / batchSize);
  const batches = shuffle(
    Uint32Array.from({ length: count }, (_, batch) => batch),
    random,
  );
  const rowsOf = (batch: number) => [...rows.subarray(batch * batchSize, (batch + 1) * batchSize)];
  return {
    batches: count,
    rows: (first, last) => [...batches.subarray(first, last)].flatMap(rowsOf),
  };
}

/** Optimizer steps of one epoch: the last one may accumulate fewer batches. */
export const stepsPerEpoch = (rows: number, batchSize: number, gradientAccumulation: number): number =>
  Math.ceil(Math.ceil(rows / batchSize) / gradientAccumulation);
