/** How long a run still takes: what its running nodes say, and for the rest what was expected when it was started. Pure. */
import type { NodeRunView } from "./run-view";
import { isTerminal } from "./status";

export type TimedNode = Pick<NodeRunView, "status" | "startedAt"> & {
  progress?: NodeRunView["progress"] | undefined;
  expected?: number | undefined;
};

/** Seconds until a node is done; 0 once it is over, and where it has passed what was expected. `now` in milliseconds. */
export function secondsLeft({ status, startedAt, progress, expected = 0 }: TimedNode, now: number): number {
  if (isTerminal(status)) return 0;
  if (!startedAt) return expected;
  return progress?.secondsLeft ?? Math.max(0, expected - Math.max(0, now - Date.parse(startedAt)) / 1000);
}

/**
 * Seconds until a run is over, its nodes one after the other. Undefined while nobody can say: something runs beyond what
 * was expected and tells no progress.
 */
export function timeLeft(nodes: readonly TimedNode[], now: number): number | undefined {
  const open = nodes.filter(({ status }) => !isTerminal(status));
  if (open.some((node) => node.startedAt && secondsLeft(node, now) === 0)) return undefined;
  return open.reduce((sum, node) => sum + secondsLeft(node, now), 0);
}
