/** How long to wait before a backend that ended, or that would not start, is started again. Pure. */
import { limits } from "../limits";

/** `failures` in a row; nothing is tried before `until`, in milliseconds of a clock that nobody sets. */
export type Trouble = { failures: number; until: number };

/** A backend that had answered for a while before begins anew: its next failure is its first. */
export function afterFailure(before: Trouble | undefined, now: number, livedMs: number): Trouble {
  const failures = (livedMs >= limits.healthyMs ? 0 : (before?.failures ?? 0)) + 1;
  const pause = Math.min(limits.firstPauseMs * 2 ** (failures - 1), limits.longestPauseMs);
  return { failures, until: now + pause };
}
