/** What each failure means for the run: who must act, whether it is tried again, and from which budget. */
import type { FailureCode } from "@/graph/problems";

export type Budget = "nodeFailures" | "lostWorkers" | "unavailable";
/** Before the n-th retry: at most `firstMs * factor^(n-1)`, never more than `maxMs`. */
export type Backoff = { firstMs: number; factor: number; maxMs: number };
export type FailureRule = {
  who: "person" | "world" | "us";
  budget: Budget;
  /** Further tries after the first failure of this budget. */
  retries: number;
  backoff: Backoff;
};

const never: Backoff = { firstMs: 0, factor: 1, maxMs: 0 };

export const failureTable: Record<FailureCode, FailureRule> = {
  INVALID_INPUT: { who: "person", budget: "nodeFailures", retries: 0, backoff: never },
  NODE_ERROR: { who: "person", budget: "nodeFailures", retries: 0, backoff: never },
  OUT_OF_MEMORY: { who: "person", budget: "nodeFailures", retries: 0, backoff: never },
  TIMED_OUT: { who: "person", budget: "nodeFailures", retries: 0, backoff: never },
  // 2, 6 and 18 seconds: a hub or a store that restarts is back within half a minute.
  UNAVAILABLE: {
    who: "world",
    budget: "unavailable",
    retries: 3,
    backoff: { firstMs: 2_000, factor: 3, maxMs: 60_000 },
  },
  // A worker dies with its machine, seldom because of the job: another takes over almost at once. But a job that kills
  // its worker must not go round for ever.
  WORKER_LOST: {
    who: "us",
    budget: "lostWorkers",
    retries: 3,
    backoff: { firstMs: 250, factor: 4, maxMs: 60_000 },
  },
  INTERNAL: {
    who: "us",
    budget: "nodeFailures",
    retries: 1,
    backoff: { firstMs: 2_000, factor: 2, maxMs: 60_000 },
  },
};

/** No retry waits longer: one that seems to was given its time before the database's clock was set back. */
export const longestWaitMs = Math.max(...Object.values(failureTable).map(({ backoff }) => backoff.maxMs));

/** Whether a node whose time comes in so many milliseconds may start now. */
export const isDue = (inMs: number): boolean => inMs <= 0 || inMs > longestWaitMs;

export type Spent = Record<Budget, number>;

/**
 * The budgets after this failure, and when to try again: undefined for never. `jitter` lies in [0, 1): half of the
 * wait is fixed and half is drawn, so that what failed together does not come back together.
 */
export function afterFailure(
  code: FailureCode,
  spent: Spent,
  jitter: number,
): { spent: Spent; retryInMs: number | undefined } {
  const { budget, retries, backoff } = failureTable[code];
  const used = spent[budget];
  const next = { ...spent, [budget]: used + 1 };
  if (used >= retries) return { spent: next, retryInMs: undefined };
  const wait = Math.min(backoff.maxMs, backoff.firstMs * backoff.factor ** used);
  return { spent: next, retryInMs: Math.round(wait * (0.5 + jitter / 2)) };
}
