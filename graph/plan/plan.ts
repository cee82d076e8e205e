/** What a plan says of each node, and what it is made from. */
import type { PastAttempt } from "../calibrate";
import type { Catalogue, Estimate, Resources, Runtime } from "../define-node";
import type { NodeInputTypes } from "../infer";
import type { OutputView } from "../run-view";
import type { ExecutionPlan, PlannedNode } from "./execution-plan";
import type { Reason, RowChanges } from "./reason";

export type { Reason, RowChanges };

export type PlanAction = "cached" | "run" | "depends" | "skip" | "frozen" | "bypass";
export type PlanEntry = {
  id: string;
  kind: string;
  action: PlanAction;
  reasons: Reason[];
  /** It will run, but only because it (or what it needs) always does: its last result still stands. */
  unchanged?: true;
  /** Number of the run whose result is reused, and the name of its graph where that is another. */
  run?: number;
  runOf?: string;
  outputs?: Record<string, OutputView>;
  cacheKey?: string;
  estimate: Estimate;
  /** How many earlier attempts on this installation corrected the estimate. */
  estimatedFrom: number;
  resources: Resources;
  /** An attempt is stopped after so many milliseconds. */
  deadlineMs: number;
  /** Where its code runs. */
  runtime: Runtime;
  /** What its result would take the place of. */
  replaces?: Replaced;
} & Pick<PlannedNode, "placement" | "placed">;
/** A version of a deployment; `run` and the name of its graph are absent where they are not known any more. */
export type Replaced = { slug: string; version: number; run?: number; graph?: string; onlyIfBetter: boolean };
export type Plan = {
  nodes: PlanEntry[];
  /** Sums over the nodes that will or may run; `memoryBytes` is the largest. */
  total: Estimate;
  counts: Record<PlanAction, number>;
};

export type CacheHit = { run: number; graph?: string; outputs: Record<string, OutputView> };
/** A node's last success in this graph. */
export type LastSuccess = {
  run: number;
  /** Only smoke runs have run it so far, and this plan is of no smoke run. */
  smokeOnly?: true;
  cacheKey?: string;
  version: number;
  codeVersion: number;
  params: Record<string, unknown>;
  inputs: Record<string, { digest: string; rows?: number }>;
  files?: Record<string, string>;
  fingerprint?: string;
};

/** Of two datasets, by their digests; undefined when they cannot be compared at little cost. */
export type CompareInputs = (before: string, after: string) => Promise<RowChanges | undefined>;

export type PlanContext = {
  plan: ExecutionPlan;
  /** Types at the inputs by node, as inferred: estimates follow from them. */
  inputs: Readonly<Record<string, NodeInputTypes>>;
  catalogue: Catalogue;
  team: string;
  /** SHA-256 of a text, as `sha256:<hex>`. */
  hash(text: string): string;
  /** Successful node runs by cache key, whose artifacts are still there. It may give more than it was asked for. */
  lookup(keys: readonly string[]): Promise<ReadonlyMap<string, CacheHit>>;
  last: Readonly<Record<string, LastSuccess>>;
  /** Earlier successes by kind. */
  past?: Readonly<Record<string, readonly PastAttempt[]>>;
  compareInputs?: CompareInputs | undefined;
};

/** A node's outputs by port. */
export type Known = Record<string, OutputView>;
