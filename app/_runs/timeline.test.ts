import fc from "fast-check";
import { expect, test } from "vitest";
import { layTimeline, ticksUpTo } from "./timeline";

const START = Date.parse("2026-01-01T10:00:00Z");
const at = (seconds: number) => new Date(START + seconds * 1000).toISOString();
const node = (
  id: string,
  status: string,
  from?: number,
  to?: number,
  secondsLeft?: number,
  expected?: number,
) =>
  ({
    id,
    status,
    startedAt: from === undefined ? null : at(from),
    finishedAt: to === undefined ? null : at(to),
    ...(expected === undefined ? {} : { expected }),
    ...(secondsLeft === undefined ? {} : { progress: { done: 1, unit: "steps", secondsLeft } }),
  }) as Parameters<typeof layTimeline>[0]["nodes"][number];

test("what ran stands where it ran, what runs reaches to now and on to its estimate, what waits queues behind", () => {
  const { rows, end } = layTimeline({
    nodes: [
      node("data", "CACHED"),
      node("train", "RUNNING", 2, undefined, 60),
      node("eval", "PENDING", undefined, undefined, undefined, 25),
      node("ship", "PENDING", undefined, undefined, undefined, 5),
    ],
    start: START,
    now: START + 30_000,
  });
  expect(rows).toEqual([
    { id: "data" },
    { id: "train", bar: { from: 2, to: 30 }, ahead: { from: 30, to: 90 } },
    { id: "eval", ahead: { from: 90, to: 115 } },
    { id: "ship", ahead: { from: 115, to: 120 } },
  ]);
  expect(end).toBeGreaterThanOrEqual(120);
});

test("a node that passed its expected time has no estimate rather than a negative one", () => {
  const { rows } = layTimeline({
    nodes: [node("train", "RUNNING", 0, undefined, undefined, 10)],
    start: START,
    now: START + 100_000,
  });
  expect(rows[0]).toEqual({ id: "train", bar: { from: 0, to: 100 } });
});

test("a run that is over ends with its last node, however late it is looked at", () => {
  const nodes = [node("a", "SUCCEEDED", 0, 4), node("b", "FAILED", 4, 9)];
  const { end } = layTimeline({ nodes, start: START, now: START + 9_000_000 });
  expect(end).toBeLessThan(10);
});

test("there are at most seven ticks, evenly spaced and within the end", () => {
  fc.assert(
    fc.property(fc.double({ min: 1, max: 5e6, noNaN: true }), (end) => {
      const ticks = ticksUpTo(end);
      expect(ticks.length).toBeLessThanOrEqual(7);
      expect(ticks.length).toBeGreaterThan(1);
      for (const tick of ticks) expect(tick).toBeLessThanOrEqual(end + 0.05);
    }),
  );
});
