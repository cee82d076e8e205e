/** What led to a node's result in a run: every ancestor with its parameters, code and the artifacts it was given. */
import type { Pool } from "../db";

export type LineageStep = {
  id: string;
  kind: string;
  title: string | null;
  status: string;
  /** Version of the kind's parameters, and of its code. */
  version: number;
  codeVersion: number;
  params: Record<string, unknown>;
  /** The run that made the result, when this one reused it. */
  madeBy: { id: string; number: number } | null;
  inputs: { port: string; digest: string; type: string; from: string | null }[];
  outputs: { port: string; digest: string; type: string }[];
};

/** The node last, what it came from before it. Empty when the run or node is unknown to the team. */
export async function lineage(
  pool: Pool,
  { teamId, runId, nodeId }: { teamId: string; runId: string; nodeId: string },
): Promise<LineageStep[]> {
  const { rows } = await pool.query<LineageStep>(
    `WITH RECURSIVE here AS (
       SELECT n.* FROM "NodeRun" n JOIN "Run" r ON r.id = n."runId" WHERE n."runId" = $2 AND r."teamId" = $1
     ), fed AS (
       SELECT i."nodeRunId" AS child, i.port, i.slot, i."artifactId",
         (SELECT o."nodeRunId" FROM "NodeRunOutput" o JOIN here p ON p.id = o."nodeRunId"
          WHERE o."artifactId" = i."artifactId" AND p.position < c.position ORDER BY p.position DESC LIMIT 1) AS parent
       FROM "NodeRunInput" i JOIN here c ON c.id = i."nodeRunId"
     ), led AS (
       SELECT id FROM here WHERE "nodeId" = $3
       UNION SELECT f.parent FROM fed f JOIN led ON led.id = f.child WHERE f.parent IS NOT NULL
     )
     SELECT n."nodeId" AS id, n.kind, n.title, n.status, n."kindVersion" AS version, n."codeVersion", n.params,
       CASE WHEN p.id IS NOT NULL THEN jsonb_build_object('id', p.id, 'number', p.number) END AS "madeBy",
       coalesce((SELECT jsonb_agg(jsonb_build_object('port', CASE WHEN f.slot = '' THEN f.port ELSE f.port || '[' || f.slot || ']' END,
           'digest', a.digest, 'type', a.type, 'from', (SELECT h."nodeId" FROM here h WHERE h.id = f.parent)) ORDER BY f.port, f.slot)
         FROM fed f JOIN "Artifact" a ON a.id = f."artifactId" WHERE f.child = n.id), '[]') AS inputs,
       coalesce((SELECT jsonb_agg(jsonb_build_object('port', o.port, 'digest', a.digest, 'type', a.type) ORDER BY o.port)
         FROM "NodeRunOutput" o JOIN "Artifact" a ON a.id = o."artifactId" WHERE o."nodeRunId" = n.id), '[]') AS outputs
     FROM here n JOIN led ON led.id = n.id
     LEFT JOIN "NodeRun" m ON m.id = n."cachedFromId" LEFT JOIN "Run" p ON p.id = m."runId"
     ORDER BY n.position`,
    [teamId, runId, nodeId],
  );
  return rows;
}
