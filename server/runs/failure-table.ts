/** What each failure means for the run: who must act, whether it is tried again, and from which budget. */
import type { FailureCode } from "@/graph/problems";

export type Budget = "nodeFailures" | "lostWorkers" | "unavailable";
export type FailureRule = {
  who: "person" | "world" | "us";
  budget: Budget;
  /** Further tries after the first failure of this budget. */
  retries: number;
  /** Before the n-th retry; the last entry repeats. */
  backoffMs: readonly number[];
};

export const failureTable: Record<FailureCode, FailureRule> = {
  INVALID_INPUT: { who: "person", budget: "nodeFailures", retries: 0, backoffMs: [0] },
  NODE_ERROR: { who: "person", budget: "nodeFailures", retries: 0, backoffMs: [0] },
  OUT_OF_MEMORY: { who: "person", budget: "nodeFailures", retries: 0, backoffMs: [0] },
  TIMED_OUT: { who: "person", budget: "nodeFailures", retries: 0, backoffMs: [0] },
  // A hub or a store that restarts is back within a minute.
  UNAVAILABLE: { who: "world", budget: "unavailable", retries: 3, backoffMs: [1_000, 5_000, 20_000] },
  // A worker dies with its machine, seldom because of the job: but a job that kills its worker must not go round for ever.
  WORKER_LOST: { who: "us", budget: "lostWorkers", retries: 3, backoffMs: [0, 1_000, 5_000] },
  INTERNAL: { who: "us", budget: "nodeFailures", retries: 1, backoffMs: [1_000] },
};

export type Spent = Record<Budget, number>;

/** The budgets after this failure, and when to try again: undefined for never. */
export function afterFailure(
  code: FailureCode,
  spent: Spent,
): { spent: Spent; retryInMs: number | undefined } {
  const { budget, retries, backoffMs } = failureTable[code];
  const used = spent[budget];
  const next = { ...spent, [budget]: used + 1 };
  if (used >= retries) return { spent: next, retryInMs: undefined };
  return { spent: next, retryInMs: backoffMs[Math.min(used, backoffMs.length - 1)] ?? 0 };
}
