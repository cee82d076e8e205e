/** What the run protocol needs of its surroundings. */
import type { Catalogue } from "@/graph/define-node";
import type { PlacementMachine } from "@/graph/placement";
import type { PortType } from "@/graph/ports";
import type { BlobStore } from "@/server/artifacts/store";
import type { Pool, Tx } from "@/server/db";

/** A node run that just finished, inside the transaction that records it. */
export type FinishedNode = {
  teamId: string;
  runId: string;
  nodeId: string;
  nodeRunId: string;
  kind: string;
  params: Record<string, unknown>;
  /** Artifact rows and what they carry, by output port. */
  outputs: Record<string, { id: string; digest: string; facts: PortType }>;
};

export type RunEngine = {
  pool: Pool;
  catalogue: Catalogue;
  /** Where artifacts lie: asked whether a result that fits is still there, and whether what was put was not removed since. */
  store?: Pick<BlobStore, "has" | "absent">;
  /** What this machine has: a run is planned for it while no worker is up. */
  machine?: () => Promise<PlacementMachine>;
  /** Acts on a success in the same transaction: a `deploy` node sets its deployment. */
  onFinished?: (tx: Tx, node: FinishedNode) => Promise<void>;
  /** After the commit that ended a run, in the process that made it. */
  onEnded?: (runId: string) => void;
};
