import { availableParallelism } from "node:os";

/** Spinning on every core is slower than leaving one to the rest of the system. */
export function defaultThreads(cores = availableParallelism()): number {
  return Math.max(1, cores - 1);
}
