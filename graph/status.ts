/** A run's status is a pure fold over its node runs. */
import type { NodeRunStatus, RunStatus } from "./run-view";

export const isTerminal = (status: NodeRunStatus): boolean =>
  status !== "PENDING" && status !== "READY" && status !== "RUNNING" && status !== "WAITING";

/** Outputs are there and usable downstream. */
export const isDone = (status: NodeRunStatus): boolean => status === "SUCCEEDED" || status === "CACHED";

export function foldRun(statuses: readonly NodeRunStatus[], cancelRequested = false): RunStatus {
  const any = (status: NodeRunStatus) => statuses.includes(status);
  if (statuses.some((s) => !isTerminal(s))) {
    if (any("RUNNING")) return "RUNNING";
    if (any("WAITING") && !any("READY")) return "WAITING";
    return statuses.some(isTerminal) ? "RUNNING" : "QUEUED";
  }
  if (any("FAILED")) return "FAILED";
  if (any("CANCELLED")) return "CANCELLED";
  return cancelRequested && !statuses.length ? "CANCELLED" : "SUCCEEDED";
}
