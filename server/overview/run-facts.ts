/** Parameters and last metrics of every node of a run: what comparing two runs needs. */
import type { RunFacts } from "@/graph/compare-runs";
import type { Pool } from "../db";

type Row = { nodeId: string; params: Record<string, unknown>; metrics: Record<string, number> | null };

export async function runFacts(pool: Pool, teamId: string, runId: string): Promise<RunFacts> {
  const { rows } = await pool.query<Row>(
    `SELECT n."nodeId", n.params, (SELECT jsonb_object_agg(m.name, m.value) FROM (
        SELECT DISTINCT ON (p.name) p.name, p.value FROM "MetricPoint" p
        WHERE p."nodeRunId" = coalesce(n."cachedFromId", n.id) ORDER BY p.name, p.step DESC) m) AS metrics
     FROM "NodeRun" n JOIN "Run" r ON r.id = n."runId"
     WHERE r."teamId" = $1 AND n."runId" = $2 ORDER BY n.position`,
    [teamId, runId],
  );
  return Object.fromEntries(
    rows.map(({ nodeId, params, metrics }) => [nodeId, { params, metrics: metrics ?? {} }]),
  );
}
