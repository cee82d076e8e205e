/** Which score each threshold looks at, and which side of it stays. Data, so that the notebook draws what the runner does. */
import type { z } from "zod";
import type { Bound } from "@/graph/bound";
import type { qualityFilter } from "./definition";
import type { Scores } from "./scores";

type Params = z.output<typeof qualityFilter.params>;
type Numeric = { [P in keyof Params]-?: Params[P] extends number ? P : never }[keyof Params];
type Switch = { [P in keyof Params]-?: Params[P] extends boolean ? P : never }[keyof Params];

export type Threshold = { score: keyof Scores; param: Numeric; keep: "least" | "most"; step: number };
type Flag = { score: keyof Scores; param: Switch; keep: "unmarked" };

/** In the order in which they are looked at: the first that a row breaks is named. */
export const THRESHOLDS = {
  "question-too-short": { score: "questionChars", param: "minQuestionChars", keep: "least", step: 1 },
  "answer-too-short": { score: "answerWords", param: "minAnswerWords", keep: "least", step: 1 },
  "answer-too-long": { score: "answerWords", param: "maxAnswerWords", keep: "most", step: 1 },
  echo: { score: "echo", param: "dropEcho", keep: "unmarked" },
  refusal: { score: "refusal", param: "dropRefusals", keep: "unmarked" },
  boilerplate: { score: "boilerplate", param: "dropBoilerplate", keep: "unmarked" },
  "top-word": { score: "topWord", param: "maxTopWord", keep: "most", step: 0.01 },
  "repeated-trigrams": { score: "repeatedTrigrams", param: "maxRepeatedTrigrams", keep: "most", step: 0.01 },
  "distinct-words": { score: "distinctWords", param: "minDistinctWords", keep: "least", step: 0.01 },
  "few-letters": { score: "letters", param: "minLetters", keep: "least", step: 0.01 },
  "odd-words": { score: "oddWords", param: "maxOddWords", keep: "most", step: 0.01 },
} as const satisfies Record<string, Threshold | Flag>;
export type RuleName = keyof typeof THRESHOLDS;

/** What a score must keep to. A flag that is switched off asks for nothing. */
export function boundOf(rule: Threshold | Flag, params: Params): Bound {
  switch (rule.keep) {
    case "least":
      return { column: rule.score, least: params[rule.param] };
    case "most":
      return { column: rule.score, most: params[rule.param] };
    case "unmarked":
      return { column: rule.score, ...(params[rule.param] ? { most: 0 } : {}) };
  }
}

export const boundsOf = (params: Params): Bound[] =>
  Object.values(THRESHOLDS).map((rule) => boundOf(rule, params));
