/** What a plan says of each node, and what it is made from. */
import type { CacheKeyParts } from "../cache-key";
import type { PastAttempt } from "../calibrate";
import type { AnyNode, Catalogue, Estimate, Resources } from "../define-node";
import type { GraphFile } from "../document";
import type { Inferred } from "../infer";
import type { OutputView } from "../run-view";

/** One exact difference to the node's last success, or another reason to run. */
export type Reason =
  | { code: "never-ran" }
  | { code: "param"; param: string; before: string; after: string }
  /** `rows`: by their ids, where both tables are there to be compared. */
  | { code: "input"; port: string; rowsBefore?: number; rowsAfter?: number; rows?: RowChanges }
  | { code: "file"; param: string }
  | { code: "code"; before: number; after: number }
  | { code: "machine" }
  | { code: "not-cacheable" }
  | { code: "result-gone" }
  | { code: "upstream"; nodes: string[] }
  | { code: "muted" }
  | { code: "bypassed" }
  | { code: "frozen" }
  | { code: "side-effect" };

export type PlanAction = "cached" | "run" | "depends" | "skip" | "frozen" | "bypass";
export type PlanEntry = {
  id: string;
  kind: string;
  action: PlanAction;
  reasons: Reason[];
  /** It will run, but only because it (or what it needs) always does: its last result still stands. */
  unchanged?: true;
  /** Number of the run whose result is reused. */
  run?: number;
  outputs?: Record<string, OutputView>;
  cacheKey?: string;
  estimate: Estimate;
  /** How many earlier attempts on this installation corrected the estimate. */
  estimatedFrom: number;
  resources: Resources;
};
export type Plan = {
  nodes: PlanEntry[];
  /** Sums over the nodes that will or may run; `memoryBytes` is the largest. */
  total: Estimate;
  counts: Record<PlanAction, number>;
};

export type CacheHit = { run: number; outputs: Record<string, OutputView> };
/** A node's last success in this graph. */
export type LastSuccess = {
  run: number;
  cacheKey?: string;
  version: number;
  codeVersion: number;
  params: Record<string, unknown>;
  inputs: Record<string, { digest: string; rows?: number }>;
  files?: Record<string, string>;
  fingerprint?: string;
};

export type RowChanges = { added: number; removed: number; changed: number };
/** Of two datasets, by their digests; undefined when they cannot be compared at little cost. */
export type CompareInputs = (before: string, after: string) => Promise<RowChanges | undefined>;

export type PlanContext = {
  file: GraphFile;
  inferred: Inferred;
  catalogue: Catalogue;
  team: string;
  targets?: readonly string[];
  smoke?: boolean;
  /** SHA-256 of a text, as `sha256:<hex>`. */
  hash(text: string): string;
  /** Successful node runs by cache key, whose artifacts are still there. It may give more than it was asked for. */
  lookup(keys: readonly string[]): Promise<ReadonlyMap<string, CacheHit>>;
  last: Readonly<Record<string, LastSuccess>>;
  /** Digests of files that parameters name: node id → parameter → digest. */
  files: Readonly<Record<string, Record<string, string>>>;
  /** Earlier successes by kind. */
  past?: Readonly<Record<string, readonly PastAttempt[]>>;
  compareInputs?: CompareInputs | undefined;
  /** What of the machine may change a training result. */
  fingerprint?(definition: AnyNode, params: Record<string, unknown>): CacheKeyParts["fingerprint"];
};

/** A node's outputs by port. */
export type Known = Record<string, OutputView>;
