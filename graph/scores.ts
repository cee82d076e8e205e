/** What a kind declares of the scores it gives to rows, and of how it chooses rows by them. Pure data: form, preview and runner read the same. */
import type { Bound } from "./bound";

export const SCORE_UNITS = ["words", "characters", "share", "mark", "rows"] as const;
export type ScoreUnit = (typeof SCORE_UNITS)[number];

/** A rule on a score. `rule` is its code in the ledger. */
export type ScoreBound<Name extends string = string> = {
  rule: string;
  /** A number is the limit. A switch that is on limits the score to 0: marked rows go. */
  param: Name;
  /** Which side stays: rows with at `least`, or at `most`, the limit. */
  direction: "least" | "most";
};
export type Score<Name extends string = string> = {
  unit: ScoreUnit;
  /** What a chart shows and a hand may choose from. */
  range: readonly [from: number, to: number];
  bounds: readonly ScoreBound<Name>[];
};

/**
 * `bounds`: a row that breaks a bound goes; the first broken one, in the order of the declaration, is named.
 * `clusters`: of rows with the same cluster one stays; the parameter `keep` says which, `first` or `longest`.
 * `top-n`: so many rows as the parameter `count` says stay, those with the highest `score` (or the lowest); among equals the first.
 */
export type Selector<Name extends string = string> =
  | { by: "bounds" }
  | { by: "clusters"; keep: Name }
  | { by: "top-n"; score: string; count: Name; direction: "highest" | "lowest" };

export type Scored<Name extends string = string> = {
  scores: Readonly<Record<string, Score<Name>>>;
  selector: Selector<Name>;
};

/** In the folder of the ledger: `_row` and the scores of each row of the input, in its order. */
export const SCORES_FILE = "scores.parquet";

type Params = Readonly<Record<string, unknown>>;

/** A bound under given parameters, with the rule that it is of. */
export type RuleBound = Bound & { rule: string; param: string };

/** In the order in which a row is judged. A bound whose parameter is off or absent asks for nothing. */
export function boundsOf({ scores }: Pick<Scored, "scores">, params: Params): RuleBound[] {
  return Object.entries(scores).flatMap(([column, { bounds }]) =>
    bounds.map(({ rule, param, direction }) => {
      const limit = limitOf(params[param]);
      return { column, rule, param, ...(limit !== undefined && { [direction]: limit }) };
    }),
  );
}

function limitOf(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  return value === true ? 0 : undefined;
}

/** Parameters that only choose among scored rows. All others score, so that one nobody thought of never leaves old scores in use. */
export function selectingParams({ scores, selector }: Scored): Set<string> {
  const selecting = new Set(["putBack"]);
  for (const { bounds } of Object.values(scores)) for (const { param } of bounds) selecting.add(param);
  if (selector.by === "clusters") selecting.add(selector.keep);
  if (selector.by === "top-n") selecting.add(selector.count);
  return selecting;
}

/** The parameters that the scores of a row depend on: the key under which scores are kept. */
export function scoringParams(scored: Scored, params: Params): Record<string, unknown> {
  const selecting = selectingParams(scored);
  return Object.fromEntries(Object.entries(params).filter(([name]) => !selecting.has(name)));
}
