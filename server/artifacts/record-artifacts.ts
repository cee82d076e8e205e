/** Artifact and blob rows, made with the node run that finishes or not at all. */
import { Failure } from "@/graph/problems";
import { jsonParam } from "@/server/storable";
import type { Tx } from "../db";
import { newId } from "../runs/ids";
import { blobsOf } from "./gate";
import { sizeOf } from "./manifest";
import type { Stored } from "./put";
import { chooseFitting, teamUsage } from "./quota";

export type Team = { id: string; quotaBytes: number | null };
export type ToRecord = { nodeRunId: string; outputs: Record<string, Stored> };
export type RecordedRow = { id: string; digest: string; type: Stored["manifest"]["type"] };
export type Recorded = {
  artifacts: Map<string, RecordedRow>;
  /** By node run: nothing of it was written. */
  refused: Map<string, Failure>;
};

/** The gate has been passed; `gone` is what was not there any more. */
export async function recordArtifacts(
  tx: Tx,
  team: Team,
  finished: readonly ToRecord[],
  gone: ReadonlySet<string>,
): Promise<Recorded> {
  const groups = finished.map(({ nodeRunId, outputs }) => {
    const stored = Object.values(outputs);
    const artifacts = stored.map((one) => ({ digest: one.digest, sizeBytes: sizeOf(one.manifest) }));
    return { nodeRunId, stored, artifacts };
  });
  const refused = new Map<string, Failure>();
  const whole = groups.filter(({ stored }) => !stored.some((one) => blobsOf(one).some((b) => gone.has(b))));
  for (const { nodeRunId } of groups.filter((group) => !whole.includes(group)))
    refused.set(nodeRunId, new Failure("UNAVAILABLE", "outputs-collected", {}));

  const { fits, refused: tooMuch } = await weigh(tx, team, whole);
  for (const { group, failure } of tooMuch) refused.set(group.nodeRunId, failure);
  const stored = fits.flatMap((group) => group.stored);
  return { artifacts: await write(tx, team.id, stored), refused };
}

type Group = { nodeRunId: string; stored: Stored[]; artifacts: { digest: string; sizeBytes: number }[] };

/** Without a limit nothing is counted. With one, the team's row is locked: two nodes must not fit into the same space. */
async function weigh(tx: Tx, team: Team, groups: Group[]) {
  if (team.quotaBytes === null) return { fits: groups, refused: [] };
  await tx.query('SELECT 1 FROM "Team" WHERE id = $1 FOR NO KEY UPDATE', [team.id]);
  const digests = groups.flatMap(({ artifacts }) => artifacts.map(({ digest }) => digest));
  const { rows: kept } = await tx.query<{ digest: string }>(
    `SELECT digest FROM "Artifact" WHERE "teamId" = $1 AND digest = ANY($2) AND state = 'KEPT'`,
    [team.id, digests],
  );
  return chooseFitting(groups, await teamUsage(tx, team.id), new Set(kept.map(({ digest }) => digest)));
}

async function write(tx: Tx, teamId: string, all: readonly Stored[]): Promise<Map<string, RecordedRow>> {
  if (!all.length) return new Map();
  const stored = new Map(all.map((one) => [one.digest, one]));
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
  const { rows } = await tx.query<RecordedRow>({
    name: "record-artifacts",
    text: `WITH blob AS (
             INSERT INTO "Blob" (digest, "sizeBytes")
             SELECT w.sha256, w.size FROM jsonb_to_recordset($3) AS w(sha256 text, size int8) ON CONFLICT DO NOTHING
           )
           INSERT INTO "Artifact" (id, "teamId", digest, type, facts, manifest, "sizeBytes", "storedAt")
           SELECT w.id, $1, w.digest, w.type, w.facts, w.manifest, w."sizeBytes", clock_timestamp()
           FROM jsonb_to_recordset($2) AS w(id text, digest text, type text, facts jsonb, manifest jsonb, "sizeBytes" int8)
           ON CONFLICT ("teamId", digest) DO UPDATE SET state = 'KEPT', "storedAt" = excluded."storedAt"
           RETURNING id, digest, type`,
    values: [teamId, jsonParam(artifacts), jsonParam(blobs)],
  });
  return new Map(rows.map((row) => [row.digest, row]));
}
