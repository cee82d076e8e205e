/** Records successes: artifacts, outputs, what becomes ready or cached below, and, in the same transaction, the next claims. */
import { type Manifest, portType, sizeOf } from "@/server/artifacts/manifest";
import type { Tx } from "@/server/db";
import { applyChanges } from "./apply";
import type { ClaimedNode } from "./claim";
import type { ArtifactRef, Change, Offer } from "./decision";
import type { FinishedNode, RunEngine } from "./engine";
import { newId } from "./ids";
import { readPlan } from "./state";

export type Finished = {
  nodeRunId: string;
  nodeId: string;
  attempt: number;
  /** What lies in the store, by output port. */
  outputs: Record<string, { digest: string; manifest: Manifest }>;
};

export type FinishOutcome = {
  /** False where the fence refused: another attempt has it, nothing of it was written. */
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
  let teamId = "";
  let artifacts: ReadonlyMap<string, ArtifactRef> = new Map();
  const { accepted, claims } = await applyChanges(
    engine,
    runId,
    async (tx, state) => {
      teamId = state.teamId;
      const owned = finished.filter(({ nodeId, attempt }) =>
        state.nodes.some((n) => n.nodeId === nodeId && n.status === "RUNNING" && n.attempt === attempt),
      );
      artifacts = await recordArtifacts(tx, teamId, owned);
      const changes: Change[] = finished.map(({ nodeId, attempt, outputs }) => ({
        type: "succeed",
        nodeId,
        attempt,
        outputs: Object.fromEntries(
          Object.entries(outputs).flatMap(([port, { digest }]) => {
            const artifact = artifacts.get(digest);
            return artifact ? [[port, artifact]] : [];
          }),
        ),
      }));
      return options.offer ? [...changes, { type: "claim", offer: options.offer }] : changes;
    },
    {
      leaseMs: options.leaseMs,
      finished: (index) => {
        const one = finished[index];
        const node = one && plan.nodes.find(({ id }) => id === one.nodeId);
        return (
          one &&
          node &&
          describeFinished(one, artifacts, { teamId, runId, kind: node.kind, params: node.params })
        );
      },
    },
  );
  return {
    accepted: accepted.slice(0, finished.length),
    claims: claims.map((claim) => ({ ...claim, runId })),
  };
}

/** Artifact and blob rows, made with the node run that finishes or not at all. Returns them by digest. */
async function recordArtifacts(
  tx: Tx,
  teamId: string,
  finished: readonly Finished[],
): Promise<Map<string, ArtifactRef>> {
  const stored = new Map(
    finished.flatMap(({ outputs }) => Object.values(outputs)).map((one) => [one.digest, one]),
  );
  if (!stored.size) return new Map();
  // In order of digest, so that two transactions cannot wait for each other.
  const list = [...stored.values()].sort((a, b) => (a.digest < b.digest ? -1 : 1));
  const artifacts = list.map(({ digest, manifest }) => ({
    id: newId(),
    digest,
    type: manifest.type,
    facts: manifest.facts,
    manifest,
    sizeBytes: sizeOf(manifest),
  }));
  const files = new Map(
    list.flatMap(({ manifest }) => manifest.files).map((file) => [file.sha256, file.size]),
  );
  const blobs = [...files].sort(([a], [b]) => (a < b ? -1 : 1)).map(([sha256, size]) => ({ sha256, size }));
  const { rows } = await tx.query<ArtifactRef>({
    name: "record-artifacts",
    text: `WITH blob AS (
             INSERT INTO "Blob" (digest, "sizeBytes")
             SELECT w.sha256, w.size FROM jsonb_to_recordset($3) AS w(sha256 text, size int8) ON CONFLICT DO NOTHING
           )
           INSERT INTO "Artifact" (id, "teamId", digest, type, facts, manifest, "sizeBytes")
           SELECT w.id, $1, w.digest, w.type, w.facts, w.manifest, w."sizeBytes"
           FROM jsonb_to_recordset($2) AS w(id text, digest text, type text, facts jsonb, manifest jsonb, "sizeBytes" int8)
           ON CONFLICT ("teamId", digest) DO UPDATE SET type = excluded.type
           RETURNING id, digest, type`,
    values: [teamId, JSON.stringify(artifacts), JSON.stringify(blobs)],
  });
  return new Map(rows.map((row) => [row.digest, row]));
}

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
