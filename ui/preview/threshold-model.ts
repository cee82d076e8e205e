/** Where a threshold stands on its histogram, and what a hand or a key makes of it. Pure. */
import type { Histogram } from "./source";

export type Scale = { from: number; to: number };

/** The line may leave the data a little, so that a threshold that drops nothing can be seen and taken. */
const MARGIN = 0.04;

/** The last bar may end beyond the greatest value. */
export function scaleOf(
  { min, max, bins }: Pick<Histogram, "min" | "max" | "bins">,
  value: number = min ?? 0,
): Scale {
  const [low, high] = [min ?? 0, bins.at(-1)?.to ?? max ?? 1];
  const room = Math.max(high - low, 1e-9) * MARGIN;
  // A far threshold (at most 2,000 words) must not press the data into a corner.
  const near = (at: number) => Math.min(high + room, Math.max(low - room, at));
  return { from: Math.min(low - room, near(value)), to: Math.max(high + room, near(value)) };
}

/** 0 at the left edge, 1 at the right; a value beyond the edge stands on it. */
export const shareOf = (value: number, { from, to }: Scale) =>
  Math.min(1, Math.max(0, (value - from) / (to - from)));

/** The value under a place on the picture, on the threshold's own steps. */
export function valueAt(share: number, { from, to }: Scale, step: number): number {
  return rounded(from + Math.min(1, Math.max(0, share)) * (to - from), step);
}

export function rounded(value: number, step: number): number {
  const digits = Math.max(0, -Math.floor(Math.log10(step)));
  return Number((Math.round(value / step) * step).toFixed(digits));
}

const KEYS: Record<string, number> = {
  ArrowLeft: -1,
  ArrowDown: -1,
  ArrowRight: 1,
  ArrowUp: 1,
  PageDown: -10,
  PageUp: 10,
};

/** Undefined for keys that mean nothing here. */
export function valueByKey(key: string, value: number, step: number, range: Scale): number | undefined {
  if (key === "Home") return rounded(range.from, step);
  if (key === "End") return rounded(range.to, step);
  const steps = KEYS[key];
  if (steps === undefined) return undefined;
  return rounded(Math.min(range.to, Math.max(range.from, value + steps * step)), step);
}
