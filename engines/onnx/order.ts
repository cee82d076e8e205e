/** Which rows make which batch: a pure function of the seed and the epoch, so that a resumed run sees the same ones. */
import { WINDOW_BATCHES } from "./limits";
import { randomSource, shuffled } from "./random";
import type { TokenRow } from "./slice";

/**
 * Batches of one epoch. Rows are shuffled, then sorted by length inside windows of some batches, so that a batch holds
 * like lengths and little padding; the batches are shuffled again. The last one may be smaller.
 */
export function epochBatches<R extends TokenRow>(
  rows: readonly R[],
  batchSize: number,
  seed: number,
  epoch: number,
): R[][] {
  const random = randomSource(seed, `epoch ${epoch}`);
  const order = shuffled(rows, random);
  const window = batchSize * WINDOW_BATCHES;
  const batches: R[][] = [];
  for (let begin = 0; begin < order.length; begin += window) {
    const sorted = order.slice(begin, begin + window).sort((a, b) => a.ids.length - b.ids.length);
    for (let at = 0; at < sorted.length; at += batchSize) batches.push(sorted.slice(at, at + batchSize));
  }
  return shuffled(batches, random);
}

/** Optimizer steps of one epoch: the last one may accumulate fewer batches. */
export const stepsPerEpoch = (rows: number, batchSize: number, gradientAccumulation: number): number =>
  Math.ceil(Math.ceil(rows / batchSize) / gradientAccumulation);
