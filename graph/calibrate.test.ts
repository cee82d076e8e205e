import { expect, test } from "vitest";
import { calibrate, type PastAttempt } from "./calibrate";

const estimate = { seconds: 100, memoryBytes: 1e9, diskBytes: 5, wattHours: 2 };
const took = (estimated: number, seconds: number, peakBytes: number | null = null): PastAttempt => ({
  estimated: { seconds: estimated, memoryBytes: 1e9 },
  seconds,
  peakBytes,
});

test("the median of what was taken to what was estimated scales time, energy and memory", () => {
  const past = [took(100, 50, 2e9), took(100, 40, 2e9), took(100, 900, 4e9)];
  expect(calibrate(estimate, past)).toEqual({
    estimate: { seconds: 50, memoryBytes: 2e9, diskBytes: 5, wattHours: 1 },
    from: 3,
  });
});

test("one slow run among few does not throw an estimate off", () => {
  const slow = took(100, 4_000);
  expect(calibrate(estimate, [slow, took(100, 110)]).estimate.seconds).toBeCloseTo(110);
  expect(calibrate(estimate, [slow, took(100, 90), took(100, 110)]).estimate.seconds).toBeCloseTo(110);
  // Alone it is half believed.
  expect(calibrate(estimate, [slow]).estimate.seconds).toBeCloseTo(632, 0);
});

test("without a past the formula stands", () => {
  expect(calibrate(estimate, [])).toEqual({ estimate, from: 0 });
  expect(calibrate({ ...estimate, seconds: 0 }, [took(1, 1)]).from).toBe(0);
});

test("small jobs, which are mostly overhead, do not speak for a big one when big ones ran too", () => {
  const small = Array.from({ length: 30 }, () => took(0.01, 1));
  const big = Array.from({ length: 7 }, () => took(90, 45));
  expect(calibrate(estimate, [...small, ...big])).toMatchObject({ estimate: { seconds: 50 }, from: 7 });
  expect(calibrate(estimate, small).estimate.seconds).toBe(10_000);
});
