/** Numbers of a plan. */

/**
 * The hard deadline of an attempt: the estimate times this, and at least an hour. Estimates may be off by ten on a slow disk.
 * A plan shows it, and `telar run --deadline` sets another. A job that stands still is found much sooner (`stall` in
 * `server/worker/limits.ts`).
 */
export const deadlineFactor = 20;
export const deadlineFloorMs = 3_600_000;
