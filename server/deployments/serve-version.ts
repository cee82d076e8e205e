import { type Pool, transaction } from "../db";
import { Refusal } from "../errors";
import { DEPLOYMENT_CHANNEL } from "./channel";

/**
 * Serves a version that a deployment had before, or that was held back; requests under way finish with the one before.
 * @throws Refusal `deployment-not-found`, `version-not-found`, `version-collected`
 */
export async function serveVersion(
  pool: Pool,
  { teamId, slug, version }: { teamId: string; slug: string; version: number },
): Promise<void> {
  await transaction(pool, async (tx) => {
    const { rows } = await tx.query<{ id: string; state: string | null }>(
      `SELECT d.id, a.state FROM "Deployment" d
       LEFT JOIN "DeploymentVersion" v ON v."deploymentId" = d.id AND v.number = $3
       LEFT JOIN "Artifact" a ON a.id = v."artifactId"
       WHERE d."teamId" = $1 AND d.slug = $2 FOR UPDATE OF d`,
      [teamId, slug, version],
    );
    const [found] = rows;
    if (!found) throw new Refusal("NOT_FOUND", "deployment-not-found", { slug });
    if (!found.state) throw new Refusal("NOT_FOUND", "version-not-found", { slug, version });
    if (found.state !== "KEPT")
      throw new Refusal("PRECONDITION_FAILED", "version-collected", { slug, version });
    await tx.query(
      `WITH v AS (
         UPDATE "DeploymentVersion" SET held = NULL, "servedAt" = now()
         WHERE "deploymentId" = $1 AND number = $2 RETURNING "artifactId", "runId", "nodeId")
       UPDATE "Deployment" d SET "artifactId" = v."artifactId", "runId" = v."runId", "nodeId" = v."nodeId",
         version = $2, desired = 'READY', generation = generation + 1, "updatedAt" = now() FROM v WHERE d.id = $1`,
      [found.id, version],
    );
    await tx.query("SELECT pg_notify($1, $2)", [DEPLOYMENT_CHANNEL, found.id]);
  });
}
