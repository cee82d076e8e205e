/** Estimates corrected by what earlier attempts of the kind took on this installation. Pure. */
import type { Estimate } from "./define-node";

/** An earlier success: what its definition estimates for it today, and what it took. */
export type PastAttempt = {
  estimated: Pick<Estimate, "seconds" | "memoryBytes">;
  seconds: number;
  peakBytes: number | null;
};

/** As many of the past attempts as count, those of the most similar size. */
const NEAREST = 7;
/** A single estimate is not corrected by more than this: beyond it the sizes do not compare. */
const MOST = 100;

/**
 * Seconds, energy and memory times the median of actual ÷ estimated. Small jobs are mostly overhead and say little of
 * big ones, so only the attempts nearest in estimated seconds are asked. `from`: how many they were.
 */
export function calibrate(
  estimate: Estimate,
  past: readonly PastAttempt[],
): { estimate: Estimate; from: number } {
  const distance = ({ estimated }: PastAttempt) => Math.abs(Math.log(estimated.seconds / estimate.seconds));
  const near =
    estimate.seconds > 0
      ? past
          .filter(({ estimated, seconds }) => estimated.seconds > 0 && seconds > 0)
          .sort((a, b) => distance(a) - distance(b))
          .slice(0, NEAREST)
      : [];
  if (!near.length) return { estimate, from: 0 };
  const time = median(withFormula(near.map(({ seconds, estimated }) => seconds / estimated.seconds)));
  const sizes = near.flatMap(({ peakBytes, estimated: { memoryBytes } }) =>
    peakBytes && memoryBytes > 0 ? [peakBytes / memoryBytes] : [],
  );
  return {
    estimate: {
      ...estimate,
      seconds: estimate.seconds * time,
      wattHours: estimate.wattHours * time,
      memoryBytes: estimate.memoryBytes * (sizes.length ? median(withFormula(sizes)) : 1),
    },
    from: near.length,
  };
}

/** Of one or two attempts nobody can say which is the odd one: the formula itself is asked too. */
const withFormula = (ratios: readonly number[]) => (ratios.length < 3 ? [...ratios, 1] : ratios);

/** Between two it is their geometric mean: ten times slower and ten times faster are equally far away. */
function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const value = Math.sqrt(sorted[Math.ceil(middle) - 1]! * sorted[Math.floor(middle)]!);
  return Math.min(MOST, Math.max(1 / MOST, value));
}
