/** What a person may look at among the scores of a kind: each threshold, and each score that has none. Pure. */
import type { Bound } from "@/graph/bound";
import type { RuleBound, Scored } from "@/graph/scores";
import type { Selection } from "./source";
import type { Scale } from "./threshold-model";

export type ScoreChoice = {
  id: string;
  /** Column of the scores. */
  score: string;
  step: number;
  range: Scale;
  /** Absent where the score is only looked at. */
  threshold?: { param: string; keep: "least" | "most"; value: number };
};

/** Marks are switched on and off, not moved. */
export function choicesOf(
  { scores }: Pick<Scored, "scores">,
  params: Readonly<Record<string, unknown>>,
): ScoreChoice[] {
  return Object.entries(scores).flatMap(
    ([
      score,
      {
        unit,
        range: [from, to],
        bounds,
      },
    ]): ScoreChoice[] => {
      if (unit === "mark") return [];
      const common = { score, step: unit === "share" ? 0.01 : 1, range: { from, to } };
      if (bounds.length === 0) return [{ id: score, ...common }];
      return bounds.flatMap(({ param, direction }) => {
        const value = params[param];
        if (typeof value !== "number") return [];
        return [{ id: param, ...common, threshold: { param, keep: direction, value } }];
      });
    },
  );
}

/** Rows that one threshold alone drops. */
export function brokenBy(
  { threshold }: ScoreChoice,
  bounds: readonly (Bound & Pick<RuleBound, "param">)[],
  selection: Selection | null | undefined,
): number {
  return selection?.broken[bounds.findIndex(({ param }) => param === threshold?.param)] ?? 0;
}
