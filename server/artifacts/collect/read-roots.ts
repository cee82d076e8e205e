/** What people and programs still use, read from rows. */

import type { Queryable } from "../../db";
import { loadDraftFile } from "../../graphs/load-draft";
import type { Prisma } from "../../prisma";
import { versionsKept } from "../limits";
import type { Root } from "./decide-kept";

/** What frozen nodes of drafts name. Read before the gate is closed: merging drafts takes a while. */
export async function readDraftRoots(prisma: Prisma): Promise<Root[]> {
  const graphs = await prisma.graph.findMany({
    where: { deletedAt: null, OR: [{ state: { not: null } }, { updates: { some: {} } }] },
    select: { id: true, teamId: true },
  });
  const roots: Root[] = [];
  for (const { id, teamId } of graphs) {
    const { file } = await loadDraftFile(prisma, id);
    for (const node of file.nodes)
      for (const digest of Object.values(node.frozen ?? {})) roots.push({ reason: "frozen", teamId, digest });
  }
  return roots;
}

const ROOTS = `
WITH made AS (
  SELECT n."runId", n.id AS "nodeRunId", x."artifactId" FROM "NodeRun" n JOIN "NodeRunOutput" x ON x."nodeRunId" = n.id
  UNION ALL
  SELECT n."runId", n.id, x."artifactId" FROM "NodeRun" n JOIN "NodeRunInput" x ON x."nodeRunId" = n.id
), kept_version AS (
  SELECT v.id FROM "GraphVersion" v WHERE v.name IS NOT NULL OR EXISTS (
    SELECT 1 FROM "Share" s WHERE s."graphId" = v."graphId" AND s."versionNumber" = v.number AND s."revokedAt" IS NULL
      AND (s."expiresAt" IS NULL OR s."expiresAt" > now()))
), newest AS (
  SELECT DISTINCT ON (r."graphId", n."nodeId") n.id FROM "NodeRun" n JOIN "Run" r ON r.id = n."runId"
  JOIN "Graph" g ON g.id = r."graphId" AND g."deletedAt" IS NULL
  WHERE n.status IN ('SUCCEEDED', 'CACHED') ORDER BY r."graphId", n."nodeId", r.number DESC
)
SELECT 'served' AS reason, "artifactId", NULL AS "teamId", NULL AS digest FROM "Deployment"
UNION ALL SELECT 'served', v."artifactId", NULL, NULL FROM "DeploymentVersion" v
  WHERE v.number > (SELECT max(l.number) FROM "DeploymentVersion" l WHERE l."deploymentId" = v."deploymentId") - $3
UNION ALL SELECT 'served', "artifactId", NULL, NULL FROM "Chain"
UNION ALL SELECT 'running', m."artifactId", NULL, NULL FROM made m JOIN "Run" r ON r.id = m."runId" WHERE r."finishedAt" IS NULL
UNION ALL SELECT 'recent', m."artifactId", NULL, NULL FROM made m JOIN "Run" r ON r.id = m."runId"
  WHERE r."finishedAt" > now() - $1 * interval '1 ms'
UNION ALL SELECT 'version', m."artifactId", NULL, NULL FROM made m JOIN "Run" r ON r.id = m."runId"
  WHERE r."graphVersionId" IN (SELECT id FROM kept_version)
UNION ALL SELECT 'shown', m."artifactId", NULL, NULL FROM made m JOIN newest n ON n.id = m."nodeRunId"
UNION ALL SELECT 'new', id, NULL, NULL FROM "Artifact" WHERE "storedAt" > now() - $2 * interval '1 ms'
UNION ALL SELECT 'frozen', NULL, g."teamId", f #>> '{}' FROM "GraphVersion" v
  JOIN "Graph" g ON g.id = v."graphId" AND g."deletedAt" IS NULL,
  jsonb_path_query(v.document, '$.nodes[*].frozen.*') f`;

type Row = {
  reason: Root["reason"];
  artifactId: string | null;
  teamId: string | null;
  digest: string | null;
};

export async function readRoots(
  db: Queryable,
  { recentMs, graceMs }: { recentMs: number; graceMs: number },
): Promise<Root[]> {
  const { rows } = await db.query<Row>(ROOTS, [recentMs, graceMs, versionsKept]);
  return rows.map(({ reason, artifactId, teamId, digest }) =>
    artifactId ? { reason, artifactId } : { reason, teamId: teamId!, digest: digest! },
  );
}
