import type { EndpointFacts } from "@/graph/ports";
import { jsonParam } from "@/server/storable";
import type { Queryable } from "../db";
import { newId } from "../runs/ids";
import { DEPLOYMENT_CHANNEL } from "./channel";
import { type Held, whyHeld } from "./why-held";

export type DeploymentChange = {
  teamId: string;
  slug: string;
  /** Row of the endpoint artifact. */
  artifactId: string;
  facts: EndpointFacts;
  runId: string;
  nodeId: string;
};

export type DeploymentChanged = { id: string; generation: number; version: number; held: Held | undefined };

type Row = { id: string; generation: number; artifactId: string; version: number; facts: EndpointFacts };
type Last = { number: number; artifactId: string; held: Held | null };

/**
 * What a run gives a name to serve is its next version. The endpoint that is served already, or that was held back last,
 * stays the version that it is; of both, the run that gave it last is kept. In a transaction.
 */
export async function upsertDeployment(tx: Queryable, change: DeploymentChange): Promise<DeploymentChanged> {
  const { teamId, slug, artifactId, facts, runId, nodeId } = change;
  const created = await tx.query<{ id: string }>({
    name: "create-deployment",
    text: `INSERT INTO "Deployment" (id, "teamId", slug, "artifactId", "runId", "nodeId", desired)
           VALUES ($1, $2, $3, $4, $5, $6, 'READY') ON CONFLICT ("teamId", slug) DO NOTHING RETURNING id`,
    values: [newId(), teamId, slug, artifactId, runId, nodeId],
  });
  const { rows } = await tx.query<Row>({
    name: "lock-deployment",
    text: `SELECT d.id, d.generation, d."artifactId", d.version, a.facts FROM "Deployment" d
           JOIN "Artifact" a ON a.id = d."artifactId" WHERE d."teamId" = $1 AND d.slug = $2 FOR UPDATE OF d`,
    values: [teamId, slug],
  });
  const served = rows[0]!;
  if (created.rows.length) {
    await addVersion(tx, served.id, 1, change, undefined);
    await notify(tx, served.id);
    return { id: served.id, generation: served.generation, version: 1, held: undefined };
  }
  const last = await lastVersion(tx, served.id);
  const again = served.artifactId === artifactId;
  const held = again ? undefined : whyHeld(facts, served.facts);
  const stays = again
    ? served.version
    : held && last.held && last.artifactId === artifactId
      ? last.number
      : 0;
  const version = stays || last.number + 1;
  if (stays) await renewVersion(tx, served.id, version, change, held);
  else await addVersion(tx, served.id, version, change, held);
  if (held) return { id: served.id, generation: served.generation, version, held };
  const { rows: set } = await tx.query<{ generation: number }>({
    name: "set-deployment",
    text: `UPDATE "Deployment" SET "artifactId" = $2, "runId" = $3, "nodeId" = $4, version = $5, desired = 'READY',
             "updatedAt" = now(), generation = generation + 1 WHERE id = $1 RETURNING generation`,
    values: [served.id, artifactId, runId, nodeId, version],
  });
  await notify(tx, served.id);
  return { id: served.id, generation: set[0]!.generation, version, held: undefined };
}

async function lastVersion(tx: Queryable, id: string): Promise<Last> {
  const { rows } = await tx.query<Last>({
    name: "last-version",
    text: `SELECT number, "artifactId", held FROM "DeploymentVersion" WHERE "deploymentId" = $1
           ORDER BY number DESC LIMIT 1`,
    values: [id],
  });
  return rows[0] ?? { number: 0, artifactId: "", held: null };
}

async function addVersion(
  tx: Queryable,
  id: string,
  number: number,
  { artifactId, runId, nodeId }: DeploymentChange,
  held: Held | undefined,
): Promise<void> {
  await tx.query({
    name: "add-version",
    text: `INSERT INTO "DeploymentVersion" ("deploymentId", number, "artifactId", "runId", "nodeId", held, "servedAt")
           VALUES ($1, $2, $3, $4, $5, $6::jsonb, CASE WHEN $6 IS NULL THEN now() END)`,
    values: [id, number, artifactId, runId, nodeId, held ? jsonParam(held) : null],
  });
}

async function renewVersion(
  tx: Queryable,
  id: string,
  number: number,
  { runId, nodeId }: DeploymentChange,
  held: Held | undefined,
): Promise<void> {
  await tx.query({
    name: "renew-version",
    text: `UPDATE "DeploymentVersion" SET "runId" = $3, "nodeId" = $4, held = $5::jsonb
           WHERE "deploymentId" = $1 AND number = $2`,
    values: [id, number, runId, nodeId, held ? jsonParam(held) : null],
  });
}

/** The gateway acts on the row; the notification only wakes it. */
const notify = (tx: Queryable, id: string) => tx.query("SELECT pg_notify($1, $2)", [DEPLOYMENT_CHANNEL, id]);
