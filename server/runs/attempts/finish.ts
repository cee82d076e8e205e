/** Records successes: artifacts, outputs, what becomes ready or cached below, and, in the same transaction, the next claims. */
import type { Failure } from "@/graph/problems";
import { blobsOf, passGate } from "@/server/artifacts/gate";
import { type Manifest, portType } from "@/server/artifacts/manifest";
import { recordArtifacts } from "@/server/artifacts/record-artifacts";
import { commitChanges } from "../commit/commit-changes";
import type { FinishedNode, RunEngine } from "../commit/engine";
import { readPlan } from "../commit/read-state";
import type { ArtifactRef, Change, NodeFailure, Offer } from "../protocol/decision";
import type { ClaimedNode } from "./claim";

export type Finished = {
  nodeRunId: string;
  nodeId: string;
  attempt: number;
  /** What lies in the store, by output port. */
  outputs: Record<string, { digest: string; manifest: Manifest }>;
};

export type FinishOutcome = {
  /** False where the fence refused: another attempt has it, nothing of it was written. What is over the team's limit fails. */
  accepted: boolean[];
  claims: ClaimedNode[];
};

/** All of one run. With `offer`, nodes of the run that are ready afterwards are claimed at once. */
export async function finishNodes(
  engine: RunEngine,
  runId: string,
  finished: readonly Finished[],
  options: { offer?: Offer; leaseMs?: number | undefined } = {},
): Promise<FinishOutcome> {
  const plan = await readPlan(engine.pool, runId);
  const blobs = [...new Set(finished.flatMap(({ outputs }) => Object.values(outputs).flatMap(blobsOf)))];
  let teamId = "";
  let artifacts: ReadonlyMap<string, ArtifactRef> = new Map();
  let refused: ReadonlyMap<string, Failure> = new Map();
  const { accepted, claims } = await commitChanges(
    engine,
    runId,
    async (tx, locking) => {
      const passing = passGate(tx, blobs, engine.store);
      const [locked, gone] = await Promise.all([locking, passing]);
      if (!locked) return [];
      const { state, quotaBytes } = locked;
      teamId = state.teamId;
      const owned = finished.filter(({ nodeId, attempt }) =>
        state.nodes.some((n) => n.nodeId === nodeId && n.status === "RUNNING" && n.attempt === attempt),
      );
      const recorded = await recordArtifacts(tx, { id: teamId, quotaBytes }, owned, gone);
      artifacts = recorded.artifacts as ReadonlyMap<string, ArtifactRef>;
      refused = recorded.refused;
      const changes: Change[] = finished.map(({ nodeRunId, nodeId, attempt, outputs }) => {
        const failure = refused.get(nodeRunId);
        if (failure) return { type: "fail", nodeId, attempt, failure: sayable(failure) };
        const refs = Object.entries(outputs).flatMap(([port, { digest }]) => {
          const artifact = artifacts.get(digest);
          return artifact ? [[port, artifact]] : [];
        });
        return { type: "succeed", nodeId, attempt, outputs: Object.fromEntries(refs) };
      });
      return options.offer ? [...changes, { type: "claim", offer: options.offer }] : changes;
    },
    {
      leaseMs: options.leaseMs,
      finished: (index) => {
        const one = finished[index];
        const node = one && plan.nodes.find(({ id }) => id === one.nodeId);
        if (!one || !node || refused.has(one.nodeRunId)) return undefined;
        return describeFinished(one, artifacts, { teamId, runId, kind: node.kind, params: node.params });
      },
    },
  );
  return {
    accepted: accepted.slice(0, finished.length),
    claims: claims.map((claim) => ({ ...claim, runId })),
  };
}

const sayable = ({ code, reason, values }: Failure): NodeFailure => ({ code, reason, values });

function describeFinished(
  { nodeRunId, nodeId, outputs }: Finished,
  artifacts: ReadonlyMap<string, ArtifactRef>,
  rest: Pick<FinishedNode, "teamId" | "runId" | "kind" | "params">,
): FinishedNode {
  const described = Object.entries(outputs).map(([port, { digest, manifest }]) => [
    port,
    { id: artifacts.get(digest)!.id, digest, facts: portType(manifest) },
  ]);
  return { ...rest, nodeId, nodeRunId, outputs: Object.fromEntries(described) };
}
