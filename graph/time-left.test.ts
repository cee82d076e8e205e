import { expect, test } from "vitest";
import { type TimedNode, timeLeft } from "./time-left";

const NOW = Date.parse("2026-01-01T10:00:30Z");
const started = "2026-01-01T10:00:00Z";
const progress = (secondsLeft?: number) => ({ done: 1, unit: "steps", ...(secondsLeft && { secondsLeft }) });
const done: TimedNode = { status: "SUCCEEDED", startedAt: started, expected: 500 };

test("a run takes what its running node says and what the waiting ones were expected to take", () => {
  const training: TimedNode = { status: "RUNNING", startedAt: started, expected: 40, progress: progress(90) };
  const waiting: TimedNode = { status: "PENDING", startedAt: null, expected: 20 };
  expect(timeLeft([done, training, waiting, { status: "PENDING", startedAt: null }], NOW)).toBe(110);
});

test("without progress what was expected counts down", () => {
  const reading: TimedNode = { status: "RUNNING", startedAt: started, expected: 40, progress: progress() };
  expect(timeLeft([reading], NOW)).toBe(10);
});

test("a node that has passed what was expected makes the time unknown, not zero", () => {
  const slow: TimedNode = { status: "RUNNING", startedAt: started, expected: 5 };
  expect(timeLeft([slow, { status: "READY", startedAt: null, expected: 20 }], NOW)).toBeUndefined();
});

test("a run that is over has no time left", () => {
  expect(timeLeft([done, { status: "SKIPPED", startedAt: null, expected: 9 }], NOW)).toBe(0);
});
