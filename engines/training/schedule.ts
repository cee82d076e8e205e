/**
 * Learning rate over a run: linear warm-up, then the chosen way down, as `transformers.get_scheduler`, except that
 * warm-up begins above zero: in a run of some dozen steps, one at rate zero would be lost.
 */

export const SCHEDULERS = ["cosine", "linear", "constant"] as const;
export type Scheduler = (typeof SCHEDULERS)[number];

/** Factor of the peak learning rate for the optimizer step number `step` (from 0) of `steps`. */
export function scheduleFactor(
  scheduler: Scheduler,
  step: number,
  steps: number,
  warmupRatio: number,
): number {
  const warmup = Math.ceil(steps * warmupRatio);
  if (step < warmup) return (step + 1) / (warmup + 1);
  if (scheduler === "constant") return 1;
  const done = (step - warmup) / Math.max(1, steps - warmup);
  return scheduler === "linear" ? Math.max(0, 1 - done) : Math.max(0, 0.5 * (1 + Math.cos(Math.PI * done)));
}
