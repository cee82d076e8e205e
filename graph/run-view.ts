/** What `run --json`, `show --json`, the run page and the canvas all show of a run. */

import type { Reason } from "./plan/reason";
import type { PortType, PortTypeName } from "./ports";
import type { FailureCode, Values } from "./problems";

export const NODE_RUN_STATUSES = [
  "PENDING",
  "READY",
  "RUNNING",
  "WAITING",
  "SUCCEEDED",
  "CACHED",
  "FAILED",
  "SKIPPED",
  "CANCELLED",
] as const;
export type NodeRunStatus = (typeof NODE_RUN_STATUSES)[number];

export const RUN_STATUSES = ["QUEUED", "RUNNING", "WAITING", "SUCCEEDED", "FAILED", "CANCELLED"] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

/** `reason` and `values` make the sentence (`failures.<reason>`); `message` is that sentence in English. */
export type FailureView = { code: FailureCode; reason: string; values: Values; message: string };

export type OutputView = { type: PortTypeName; digest: string; facts: PortType };

export type Progress = { done: number; total?: number; unit: string; secondsLeft?: number };

export type NodeRunView = {
  id: string;
  kind: string;
  title?: string;
  status: NodeRunStatus;
  attempt: number;
  seconds: number | null;
  startedAt: string | null;
  finishedAt: string | null;
  /** Why it ran or did not: a sentence in English, made of `reasons`. */
  why: string;
  /** The same as codes with values, to be said in any language. Empty in runs of versions that did not keep them. */
  reasons: readonly Reason[];
  outputs: Record<string, OutputView>;
  /** Last value of each metric. */
  metrics: Record<string, number>;
  progress?: Progress;
  /** Seconds that it was expected to take when the run was started. */
  expected?: number;
  failure?: FailureView;
  /** It ended early and keeps a checkpoint: a retry goes on after this step. */
  resume?: { step: number };
  /** The run whose outputs, logs and metrics a cached node shows. */
  cachedFrom?: string;
};

export type RunView = {
  run: string;
  number: number;
  graph: { id: string; name: string };
  status: RunStatus;
  trigger: "manual" | "cli" | "api" | "retry";
  /** Few rows and steps, nothing deployed: its results are never taken for those of the graph. */
  smoke: boolean;
  seconds: number;
  createdAt: string;
  startedAt: string | null;
  finishedAt: string | null;
  retryOf?: string;
  nodes: NodeRunView[];
};

/** State changes only; `seq` is dense per run and is the id of the event stream. */
export type RunEventView = {
  seq: number;
  at: string;
  type: string;
  nodeId: string | null;
  payload: Record<string, unknown>;
};
