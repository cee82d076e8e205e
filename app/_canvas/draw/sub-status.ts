/** The status of a subgraph, out of those of its members: what needs attention first. */
import type { Status } from "@/ui/status";

const ORDER: readonly Status[] = [
  "failed",
  "invalid",
  "running",
  "waiting",
  "queued",
  "stopped",
  "stale",
  "idle",
  "skipped",
  "done",
  "cached",
  "smoke",
  "frozen",
  "bypassed",
  "muted",
];

export const wholeOf = (looks: readonly Status[]): Status =>
  ORDER.find((status) => looks.includes(status)) ?? "idle";
