import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { exactMatch, meanScores, rougeL, scoreText, wordF1 } from "./scores";

describe("ROUGE-L", () => {
  /** From the rouge_score package 0.1.2, without stemming. */
  test.each([
    ["The cat sat on the mat.", "the cat was on the mat", 0.8333333333333334],
    ["police killed the gunman", "police kill the gunman", 0.75],
    ["the gunman kill police", "police kill the gunman", 0.5],
    ["a b c d e f", "f e d c b a", 0.16666666666666666],
    ["Paris", "The capital of France is Paris.", 0.2857142857142857],
    ["", "x", 0],
    ["It's 42, not 43!", "it is 42 and not 43", 0.7272727272727272],
    ["one two three four five six seven", "two four six eight", 0.5454545454545454],
  ])("of %j against %j", (text, reference, expected) => {
    expect(rougeL(text, reference)).toBeCloseTo(expected, 12);
  });

  test("keeps letters with accents and other scripts whole", () => {
    expect(rougeL("el niño comió", "el niño comió")).toBe(1);
    expect(rougeL("el nino", "el niño")).toBe(0.5);
    expect(rougeL("日本語 です", "日本語 だ")).toBe(0.5);
  });
});

test("F1 counts shared words in any order, each as often as both have it", () => {
  expect(wordF1("Paris is it", "it is Paris")).toBe(1);
  expect(wordF1("yes yes yes", "yes no")).toBeCloseTo(0.4, 12);
  expect(wordF1("", "")).toBe(1);
  expect(wordF1("", "x")).toBe(0);
});

test("an exact match forgives case, punctuation, articles and spaces, no more", () => {
  expect(exactMatch(" The  Answer: 42. ", "answer 42")).toBe(1);
  expect(exactMatch("42", "43")).toBe(0);
  expect(exactMatch("mañana", "maan")).toBe(0);
});

test("all scores lie in 0 … 1 and are 1 for equal words", () => {
  const text = fc
    .array(fc.constantFrom("uno", "two", "drei", "niño", "42", "the"), { maxLength: 12 })
    .map((w) => w.join(" "));
  fc.assert(
    fc.property(text, text, (a, b) => {
      for (const score of Object.values(scoreText(a, b))) {
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(1);
      }
      expect(rougeL(a, b)).toBeCloseTo(rougeL(b, a), 12);
      if (a !== "") expect(rougeL(a, a)).toBe(1);
      expect(exactMatch(a, a)).toBe(1);
    }),
  );
  expect(meanScores([])).toEqual({ rougeL: 0, f1: 0, exactMatch: 0 });
});
