import fc from "fast-check";
import { expect, test } from "vitest";
import { FAILURE_CODES } from "@/graph/problems";
import { afterFailure, failureTable, isDue, longestWaitMs, type Spent } from "./failure-table";

const none: Spent = { nodeFailures: 0, lostWorkers: 0, unavailable: 0 };
const jitter = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

test("a wait grows exponentially to its limit, half of it fixed and half drawn", () => {
  fc.assert(
    fc.property(fc.constantFrom(...FAILURE_CODES), fc.nat(5), jitter, (code, used, drawn) => {
      const { budget, retries, backoff } = failureTable[code];
      const { retryInMs } = afterFailure(code, { ...none, [budget]: used }, drawn);
      if (used >= retries) {
        expect(retryInMs).toBeUndefined();
        return;
      }
      const most = Math.min(backoff.maxMs, backoff.firstMs * backoff.factor ** used);
      expect(retryInMs).toBeGreaterThanOrEqual(Math.floor(most / 2));
      expect(retryInMs).toBeLessThanOrEqual(Math.ceil(most));
      expect(afterFailure(code, { ...none, [budget]: used }, drawn).retryInMs).toBe(retryInMs);
    }),
  );
});

test("lost workers and the node's own errors spend budgets of their own", () => {
  let spent = none;
  for (let i = 0; i < failureTable.WORKER_LOST.retries; i++)
    spent = afterFailure("WORKER_LOST", spent, 0.5).spent;
  expect(spent).toEqual({ ...none, lostWorkers: failureTable.WORKER_LOST.retries });
  expect(afterFailure("INTERNAL", spent, 0.5).retryInMs).toBeGreaterThan(0);
  expect(afterFailure("UNAVAILABLE", spent, 0.5).retryInMs).toBeGreaterThan(0);
  expect(afterFailure("WORKER_LOST", spent, 0.5).retryInMs).toBeUndefined();
});

test("a retry that was put off before the clock was set back does not wait for the clock to catch up", () => {
  expect([-1, 0, 1, longestWaitMs, longestWaitMs + 1, 3_600_000].map(isDue)).toEqual([
    true,
    true,
    false,
    false,
    true,
    true,
  ]);
});
