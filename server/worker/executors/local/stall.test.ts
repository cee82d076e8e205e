import fc from "fast-check";
import { expect, test } from "vitest";
import { StallWatch } from "./stall";

const LIMITS = { lookMs: 10, stoppedMs: 40, silentMs: 100, idleShare: 0.01 };
const watch = () => new StallWatch(LIMITS);
const still = { cpuMs: 500, stopped: false };

test("a job that says nothing and computes nothing is ended with how long", () => {
  const one = watch();
  for (let at = 0; at < 100; at += 10) expect(one.look(at, still)).toBeUndefined();
  expect(one.look(100, still)).toEqual({
    code: "TIMED_OUT",
    reason: "job-stalled",
    values: { minutes: 0.1 },
  });
});

test("a stopped process is told from a silent one, and is tried again", () => {
  const one = watch();
  for (let at = 0; at < 40; at += 10) expect(one.look(at, { cpuMs: 1, stopped: true })).toBeUndefined();
  expect(one.look(40, { cpuMs: 1, stopped: true })).toMatchObject({
    code: "WORKER_LOST",
    reason: "job-stopped",
  });
});

test("who waits for an answer of ours, or for a person with a debugger, is not silent", () => {
  const one = watch();
  for (let at = 0; at < 1_000; at += 10) expect(one.look(at, still, true)).toBeUndefined();
});

test("a watch that was frozen itself does not blame the job", () => {
  const one = watch();
  one.look(0, still);
  expect(one.look(3_600_000, still)).toBeUndefined();
});

test("no job is ended that computes or speaks within the time", () => {
  const step = fc.record({
    gap: fc.integer({ min: 1, max: 10 }),
    quiet: fc.nat({ max: 8 }),
    speaks: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const one = watch();
      let [at, cpuMs] = [0, 0];
      for (const { gap, quiet, speaks } of steps) {
        for (let i = 0; i < quiet; i++) {
          at += gap;
          expect(one.look(at, { cpuMs, stopped: false })).toBeUndefined();
        }
        if (speaks) one.heard();
        else cpuMs += gap;
        at += gap;
        expect(one.look(at, { cpuMs, stopped: false })).toBeUndefined();
      }
    }),
  );
});
