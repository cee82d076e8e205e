/** How close a text is to a reference. Pure; every score lies in 0 … 1. */

export type Scores = { rougeL: number; f1: number; exactMatch: number };
export const SCORES = ["rougeL", "f1", "exactMatch"] as const satisfies readonly (keyof Scores)[];

export function scoreText(text: string, reference: string): Scores {
  return {
    rougeL: rougeL(text, reference),
    f1: wordF1(text, reference),
    exactMatch: exactMatch(text, reference),
  };
}

/**
 * ROUGE-L F-measure (Lin 2004) as the rouge_score package computes it without stemming: lower case, letters and digits
 * only, longest common subsequence of words. Letters and digits are those of Unicode, not of ASCII alone.
 */
export function rougeL(text: string, reference: string): number {
  const [given, wanted] = [rougeWords(text), rougeWords(reference)];
  return fMeasure(commonSubsequence(given, wanted), given.length, wanted.length);
}

/** F1 over words whatever their order, as SQuAD's evaluation computes it. */
export function wordF1(text: string, reference: string): number {
  const [given, wanted] = [squadWords(text), squadWords(reference)];
  if (given.length === 0 || wanted.length === 0) return given.length === wanted.length ? 1 : 0;
  const left = new Map<string, number>();
  for (const word of wanted) left.set(word, (left.get(word) ?? 0) + 1);
  let common = 0;
  for (const word of given) {
    const count = left.get(word) ?? 0;
    if (count > 0) {
      common++;
      left.set(word, count - 1);
    }
  }
  return fMeasure(common, given.length, wanted.length);
}

/** 1 when the words are the same after SQuAD's normalisation: case, punctuation, English articles and spaces aside. */
export function exactMatch(text: string, reference: string): number {
  return squadWords(text).join(" ") === squadWords(reference).join(" ") ? 1 : 0;
}

const wordsOf = (text: string) => text.split(" ").filter((word) => word !== "");
const rougeWords = (text: string) => wordsOf(text.toLowerCase().replace(/[^\p{L}\p{M}\p{N}]+/gu, " "));
const squadWords = (text: string) =>
  wordsOf(
    text
      .toLowerCase()
      .replace(/[\p{P}\p{S}]+/gu, "")
      .replace(/(?<![\p{L}\p{N}])(a|an|the)(?![\p{L}\p{N}])/gu, " ")
      .replace(/\s+/g, " "),
  );

function fMeasure(common: number, given: number, wanted: number): number {
  if (common === 0) return 0;
  const [precision, recall] = [common / given, common / wanted];
  return (2 * precision * recall) / (precision + recall);
}

/** Length of the longest common subsequence, one row of the table at a time. */
function commonSubsequence(a: readonly string[], b: readonly string[]): number {
  let above = new Uint32Array(b.length + 1);
  for (const word of a) {
    const row = new Uint32Array(b.length + 1);
    for (let j = 0; j < b.length; j++) {
      row[j + 1] = word === b[j] ? above[j]! + 1 : Math.max(above[j + 1]!, row[j]!);
    }
    above = row;
  }
  return above[b.length]!;
}

export function meanScores(all: readonly Scores[]): Scores {
  const mean = (name: keyof Scores) => all.reduce((sum, one) => sum + one[name], 0) / Math.max(all.length, 1);
  return { rougeL: mean("rougeL"), f1: mean("f1"), exactMatch: mean("exactMatch") };
}
