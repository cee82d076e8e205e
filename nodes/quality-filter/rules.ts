/** Each rule with its threshold. The first that a row breaks is the one its ledger names. Pure. */
import type { z } from "zod";
import type { LedgerEntry } from "@/engines/table";
import type { qualityFilter } from "./definition";
import type { Scores } from "./scores";

type Params = z.output<typeof qualityFilter.params>;
type Rule = {
  rule: string;
  score: keyof Scores;
  /** Called only when the score is known. */
  broken(value: number, params: Params): boolean;
  reason(value: number, params: Params): string;
};

const percent = (value: number) => `${Math.round(value * 1000) / 10} %`;

export const RULES: readonly Rule[] = [
  {
    rule: "question-too-short",
    score: "questionChars",
    broken: (value, { minQuestionChars }) => value < minQuestionChars,
    reason: (value, { minQuestionChars }) =>
      `Question has ${value} characters, fewer than ${minQuestionChars}`,
  },
  {
    rule: "answer-too-short",
    score: "answerWords",
    broken: (value, { minAnswerWords }) => value < minAnswerWords,
    reason: (value, { minAnswerWords }) => `Answer has ${value} words, fewer than ${minAnswerWords}`,
  },
  {
    rule: "answer-too-long",
    score: "answerWords",
    broken: (value, { maxAnswerWords }) => value > maxAnswerWords,
    reason: (value, { maxAnswerWords }) => `Answer has ${value} words, more than ${maxAnswerWords}`,
  },
  {
    rule: "echo",
    score: "echo",
    broken: (value, { dropEcho }) => dropEcho && value === 1,
    reason: () => "Answer is equal to its question",
  },
  {
    rule: "refusal",
    score: "refusal",
    broken: (value, { dropRefusals }) => dropRefusals && value === 1,
    reason: () => "Answer refuses",
  },
  {
    rule: "boilerplate",
    score: "boilerplate",
    broken: (value, { dropBoilerplate }) => dropBoilerplate && value === 1,
    reason: () => "Answer has a stock phrase",
  },
  {
    rule: "top-word",
    score: "topWord",
    broken: (value, { maxTopWord }) => value > maxTopWord,
    reason: (value, { maxTopWord }) =>
      `One word is ${percent(value)} of the answer, more than ${percent(maxTopWord)}`,
  },
  {
    rule: "repeated-trigrams",
    score: "repeatedTrigrams",
    broken: (value, { maxRepeatedTrigrams }) => value > maxRepeatedTrigrams,
    reason: (value, { maxRepeatedTrigrams }) =>
      `${percent(value)} of the three-word sequences are repeats, more than ${percent(maxRepeatedTrigrams)}`,
  },
  {
    rule: "distinct-words",
    score: "distinctWords",
    broken: (value, { minDistinctWords }) => value < minDistinctWords,
    reason: (value, { minDistinctWords }) =>
      `${percent(value)} of the words are distinct, fewer than ${percent(minDistinctWords)}`,
  },
  {
    rule: "few-letters",
    score: "letters",
    broken: (value, { minLetters }) => value < minLetters,
    reason: (value, { minLetters }) =>
      `${percent(value)} of the characters are letters, fewer than ${percent(minLetters)}`,
  },
  {
    rule: "odd-words",
    score: "oddWords",
    broken: (value, { maxOddWords }) => value > maxOddWords,
    reason: (value, { maxOddWords }) =>
      `${percent(value)} of the longer words are no words, more than ${percent(maxOddWords)}`,
  },
];

/** Why the row goes, or undefined when it stays. */
export function judge(scores: Scores, params: Params): LedgerEntry | undefined {
  for (const { rule, score, broken, reason } of RULES) {
    const value = scores[score];
    if (value !== null && broken(value, params)) return { rule, reason: reason(value, params), score: value };
  }
  return undefined;
}
