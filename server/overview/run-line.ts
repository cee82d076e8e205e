/** The one line under a run's name: what it does now, or how it ended. Pure. */
import type { FailureCode, Values } from "@/graph/problems";
import type { NodeRunStatus, Progress } from "@/graph/run-view";
import { isTerminal } from "@/graph/status";

export type NodeName = { kind: string; title: string | null };
export type LineNode = NodeName & {
  status: NodeRunStatus;
  progress: Progress | null;
  failure: { code: FailureCode; reason: string; values: Values } | null;
};

export type RunLine =
  | { says: "working"; node: NodeName; share: number | undefined }
  | { says: "queued" }
  | { says: "failed"; node: NodeName; failure: NonNullable<LineNode["failure"]> }
  | { says: "stopped"; done: number; count: number }
  | { says: "all-ran"; count: number }
  | { says: "some-ran"; ran: number; count: number }
  | { says: "all-reused" };

/** `nodes` in the order of the run. */
export function runLine(nodes: readonly LineNode[]): RunLine {
  const running = nodes.findLast((node) => node.status === "RUNNING" || node.status === "WAITING");
  if (running) return { says: "working", node: nameOf(running), share: shareOf(running.progress) };
  if (nodes.some((node) => !isTerminal(node.status))) return { says: "queued" };
  const failed = nodes.find((node) => node.failure && node.status === "FAILED");
  if (failed?.failure) return { says: "failed", node: nameOf(failed), failure: failed.failure };
  const count = nodes.length;
  const ran = nodes.filter((node) => node.status === "SUCCEEDED").length;
  const reused = nodes.filter((node) => node.status === "CACHED").length;
  if (nodes.some((node) => node.status === "CANCELLED"))
    return { says: "stopped", done: ran + reused, count };
  if (ran === count) return { says: "all-ran", count };
  return ran ? { says: "some-ran", ran, count } : { says: "all-reused" };
}

export function shareOf(progress: Progress | null | undefined): number | undefined {
  if (!progress?.total) return undefined;
  return Math.min(1, Math.max(0, progress.done / progress.total));
}

const nameOf = ({ kind, title }: NodeName): NodeName => ({ kind, title });
