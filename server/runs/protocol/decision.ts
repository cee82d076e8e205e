/** The words in which the run protocol is decided: states, changes, what is known, and what is to be written. */

import type { Reason } from "@/graph/plan/reason";
import type { PortTypeName } from "@/graph/ports";
import type { FailureCode, Values } from "@/graph/problems";
import type { NodeRunStatus, RunStatus } from "@/graph/run-view";
import type { Spent } from "./failure-table";
import type { Capacity, Slot } from "./slots";

/** An artifact a team may see. `id` is its row. */
export type ArtifactRef = { id: string; digest: string; type: PortTypeName };
export type Outputs = Record<string, ArtifactRef>;

export type NodeState = Spent & {
  id: string;
  nodeId: string;
  status: NodeRunStatus;
  attempt: number;
  cacheKey: string | null;
  cachedFromId: string | null;
  /** Milliseconds since 1970. */
  notBefore: number;
  reasons: readonly Reason[];
  failure: NodeFailure | null;
  outputs: Outputs;
};
export type RunState = {
  id: string;
  teamId: string;
  status: RunStatus;
  cancelRequested: boolean;
  /** The queue of its team is paused: nothing is started. */
  paused: boolean;
  nodes: NodeState[];
};

export type NodeFailure = { code: FailureCode; reason: string; values: Values };
/** What a worker has. */
export type Offer = {
  workerId: string;
  free: Capacity;
  total: Capacity;
  /** Most node runs to take. */
  max: number;
  /**
   * The node runs that it may take, as `schedule` chose them. Absent when nobody else waits: then those that this
   * machine holds whole.
   */
  only?: readonly string[];
};

export type Fenced = { nodeId: string; attempt: number };
export type Change =
  | { type: "start" }
  | { type: "claim"; offer: Offer }
  | ({ type: "succeed"; outputs: Outputs } & Fenced)
  | ({ type: "fail"; failure: NodeFailure; detail?: string } & Fenced)
  /** A cancelled attempt whose process is known to be gone. */
  | ({ type: "stopped" } & Fenced)
  /** A worker that shuts down gives its work back; no budget is spent. */
  | ({ type: "return" } & Fenced)
  | { type: "cancel" };

/** A result of an earlier node run that fits. `graph`: the name of the other graph whose run it is. */
export type Hit = { nodeRunId: string; run: number; graph?: string; outputs: Outputs };
export type Knowledge = {
  now: number;
  hash(text: string): string;
  /** In [0, 1), the same each time it is asked for the same attempt: spreads retries. */
  jitter(nodeRunId: string, attempt: number): number;
  /** By cache key; null when nothing fits. */
  hits: ReadonlyMap<string, Hit | null>;
  /** By node run: whether it got the flight of its cache key. */
  flights: ReadonlyMap<string, boolean>;
  /** By digest, the artifacts that frozen nodes name. */
  frozen: ReadonlyMap<string, ArtifactRef>;
};

export type Claim = {
  nodeRunId: string;
  nodeId: string;
  attempt: number;
} & Slot;
export type Event = { type: string; nodeId: string | null; payload: Record<string, unknown> };
export type Writes = {
  run: { status: RunStatus; cancelRequested: boolean };
  nodes: NodeState[];
  inputs: { nodeRunId: string; port: string; slot: string; artifactId: string }[];
  outputs: { nodeRunId: string; port: string; artifactId: string }[];
  opened: { nodeRunId: string; number: number; workerId: string; deadlineMs: number }[];
  closed: { nodeRunId: string; number: number; failure: NodeFailure | null; detail: string | null }[];
  /** Node runs whose inputs or outputs are not true any more: they are looked up and made again. */
  forget: { inputs: string[]; outputs: string[] };
  events: Event[];
};
export type Decision = {
  writes: Writes;
  /** By index of the change: false when the fence or the state refused it. */
  accepted: boolean[];
  claims: Claim[];
  /** Asked for and not yet known. The decision holds only when all are empty. */
  wanted: { keys: string[]; flights: { nodeRunId: string; cacheKey: string; attempt: number }[] };
};
