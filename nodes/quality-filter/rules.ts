/** Why a row goes, in a sentence with its score and the threshold. Pure. */
import type { z } from "zod";
import type { LedgerEntry } from "@/engines/table";
import { breaks } from "@/graph/bound";
import type { qualityFilter } from "./definition";
import type { Scores } from "./scores";
import { boundOf, type RuleName, THRESHOLDS } from "./thresholds";

type Params = z.output<typeof qualityFilter.params>;

const percent = (value: number) => `${Math.round(value * 1000) / 10} %`;

const REASONS: Record<RuleName, (value: number, params: Params) => string> = {
  "question-too-short": (value, { minQuestionChars }) =>
    `Question has ${value} characters, fewer than ${minQuestionChars}`,
  "answer-too-short": (value, { minAnswerWords }) =>
    `Answer has ${value} words, fewer than ${minAnswerWords}`,
  "answer-too-long": (value, { maxAnswerWords }) => `Answer has ${value} words, more than ${maxAnswerWords}`,
  echo: () => "Answer is equal to its question",
  refusal: () => "Answer refuses",
  boilerplate: () => "Answer has a stock phrase",
  "top-word": (value, { maxTopWord }) =>
    `One word is ${percent(value)} of the answer, more than ${percent(maxTopWord)}`,
  "repeated-trigrams": (value, { maxRepeatedTrigrams }) =>
    `${percent(value)} of the three-word sequences are repeats, more than ${percent(maxRepeatedTrigrams)}`,
  "distinct-words": (value, { minDistinctWords }) =>
    `${percent(value)} of the words are distinct, fewer than ${percent(minDistinctWords)}`,
  "few-letters": (value, { minLetters }) =>
    `${percent(value)} of the characters are letters, fewer than ${percent(minLetters)}`,
  "odd-words": (value, { maxOddWords }) =>
    `${percent(value)} of the longer words are no words, more than ${percent(maxOddWords)}`,
};

/** The first rule that the row breaks, or undefined when it stays. */
export function judge(scores: Scores, params: Params): LedgerEntry | undefined {
  for (const [rule, threshold] of Object.entries(THRESHOLDS) as [RuleName, (typeof THRESHOLDS)[RuleName]][]) {
    const value = scores[threshold.score];
    if (value !== null && breaks(value, boundOf(threshold, params)))
      return { rule, reason: REASONS[rule](value, params), score: value };
  }
  return undefined;
}
