import { expect, test } from "vitest";
import { runawayPattern } from "./runaway-pattern";

const split = (Regex: string) => ({
  type: "Sequence",
  pretokenizers: [{ type: "Split", pattern: { Regex } }],
});

test.each(["(x+x+)+y", "(a|aa)*b", "((\\s*)\\w)*$", "(?:[a-z]+){2,}", "(([ab]+))+"])(
  "%s could run for ever",
  (pattern) => {
    expect(runawayPattern(split(pattern))).toBe(pattern);
  },
);

test.each([
  "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
  "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
  "[\\p{Lu}\\p{Lt}&&[^\\p{Han}]]*[\\p{Ll}]+(?i:'s|'t)?|\\p{N}{1,3}(?=(\\d{3})+(?!\\d))",
  " ?[^(\\s|[.,!?…。，、।۔،])]+",
])("%s of a published model cannot", (pattern) => {
  expect(runawayPattern(split(pattern))).toBeUndefined();
});
