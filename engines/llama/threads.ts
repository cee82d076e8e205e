import { availableParallelism } from "node:os";

/** Spinning on every core is slower than leaving one to the rest of the system. */
export function defaultThreads(cores = availableParallelism()): number {
  return Math.max(1, cores - 1);
}

/** What a job was granted, but never every core of the machine: llama.cpp's threads wait for each other by spinning. */
export function usableThreads(granted: number, cores = availableParallelism()): number {
  return Math.max(1, Math.min(granted, defaultThreads(cores)));
}
