import type { Queryable } from "../db";
import { newId } from "../runs/ids";
import { DEPLOYMENT_CHANNEL } from "./channel";

export type DeploymentChange = {
  teamId: string;
  slug: string;
  /** Row of the endpoint artifact. */
  artifactId: string;
  runId: string;
  nodeId: string;
};

/** Sets what a name serves. The same endpoint again changes nothing that the gateway would have to act on. */
export async function upsertDeployment(
  tx: Queryable,
  change: DeploymentChange,
): Promise<{ id: string; generation: number }> {
  const { rows } = await tx.query<{ id: string; generation: number }>({
    name: "upsert-deployment",
    text: `INSERT INTO "Deployment" AS d (id, "teamId", slug, "artifactId", "runId", "nodeId", desired)
           VALUES ($1, $2, $3, $4, $5, $6, 'READY')
           ON CONFLICT ("teamId", slug) DO UPDATE SET
             "artifactId" = excluded."artifactId", "runId" = excluded."runId", "nodeId" = excluded."nodeId",
             desired = 'READY', "updatedAt" = now(),
             generation = d.generation + 1
           RETURNING id, generation`,
    values: [newId(), change.teamId, change.slug, change.artifactId, change.runId, change.nodeId],
  });
  const row = rows[0]!;
  await tx.query("SELECT pg_notify($1, $2)", [DEPLOYMENT_CHANNEL, row.id]);
  return row;
}
