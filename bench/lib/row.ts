import type { BenchRow } from "../run";

/** A row whose ratio is above 1 where Telar is better. */
export function row(
  measure: string,
  unit: string,
  telar: number,
  baseline: number,
  baselineName: string,
  better: "more" | "less",
  goal: string,
): BenchRow {
  const ratio = better === "more" ? telar / baseline : baseline / telar;
  return { measure, unit, telar, baseline, baselineName, ratio, goal };
}
