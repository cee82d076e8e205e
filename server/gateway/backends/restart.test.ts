import fc from "fast-check";
import { expect, test } from "vitest";
import { limits } from "../limits";
import { afterFailure, type Trouble } from "./restart";

test("pauses double from the first to the longest, and begin anew after a healthy life", () => {
  const pauses: number[] = [];
  let trouble: Trouble | undefined;
  for (let i = 0; i < 12; i++) {
    trouble = afterFailure(trouble, 1000, 0);
    pauses.push(trouble.until - 1000);
  }
  expect(pauses.slice(0, 3)).toEqual([limits.firstPauseMs, limits.firstPauseMs * 2, limits.firstPauseMs * 4]);
  expect(pauses.at(-1)).toBe(limits.longestPauseMs);
  expect(afterFailure(trouble, 1000, limits.healthyMs)).toEqual({
    failures: 1,
    until: 1000 + limits.firstPauseMs,
  });
});

test("a pause is never shorter than the one before while failures follow each other", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(limits.healthyMs - 1), { minLength: 2, maxLength: 60 }), (lives) => {
      let trouble: Trouble | undefined;
      let last = 0;
      for (const lived of lives) {
        trouble = afterFailure(trouble, 0, lived);
        expect(trouble.until).toBeGreaterThanOrEqual(last);
        expect(trouble.until).toBeLessThanOrEqual(limits.longestPauseMs);
        last = trouble.until;
      }
    }),
  );
});
