import type { Queryable } from "../db";
import { newId } from "../runs/ids";

export type ChainChange = {
  teamId: string;
  slug: string;
  /** Row of the chain artifact. */
  artifactId: string;
  /** The node run that made it; its endpoint input says which deployment answers. */
  nodeRunId: string;
};

export async function upsertChain(
  tx: Queryable,
  { teamId, slug, artifactId, nodeRunId }: ChainChange,
): Promise<void> {
  await tx.query({
    name: "upsert-chain",
    text: `INSERT INTO "Chain" (id, "teamId", slug, "artifactId", "deploymentId")
           VALUES ($1, $2, $3, $4, (
             SELECT d.id FROM "NodeRunInput" i
             JOIN "Deployment" d ON d."artifactId" = i."artifactId" AND d."teamId" = $2
             WHERE i."nodeRunId" = $5 ORDER BY d."updatedAt" DESC LIMIT 1))
           ON CONFLICT ("teamId", slug) DO UPDATE SET
             "artifactId" = excluded."artifactId", "deploymentId" = excluded."deploymentId", "updatedAt" = now()`,
    values: [newId(), teamId, slug, artifactId, nodeRunId],
  });
}
