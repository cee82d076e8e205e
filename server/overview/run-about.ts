/** What the run page shows beside the run itself. */
import type { Pool } from "../db";

export type RunAbout = {
  who: string | null;
  /** The asker started it. */
  mine: boolean;
  smoke: boolean;
  version: number;
  cancelRequested: boolean;
  retryOf: { id: string; number: number } | null;
  /** The run of this graph before this one. */
  previous: { id: string; number: number } | null;
  worker: { name: string; threads: number } | null;
  peakBytes: number | null;
  /** Node id → where a cached result came from, and what it took there. */
  reused: Record<string, { runId: string; number: number; seconds: number }>;
  /** Bytes by artifact digest. */
  sizes: Record<string, number>;
};

export async function runAbout(
  pool: Pool,
  { teamId, userId }: { teamId: string; userId: string },
  runId: string,
): Promise<RunAbout | undefined> {
  const { rows } = await pool.query<RunAbout>({
    name: "run-about",
    text: `SELECT coalesce(u.name, r.who) AS who, coalesce(r."createdById" = $3, false) AS mine, r.smoke, v.number AS version, r."cancelRequestedAt" IS NOT NULL AS "cancelRequested",
      (SELECT jsonb_build_object('id', o.id, 'number', o.number) FROM "Run" o WHERE o.id = r."retryOfId") AS "retryOf",
      (SELECT jsonb_build_object('id', o.id, 'number', o.number) FROM "Run" o
       WHERE o."graphId" = r."graphId" AND o.number < r.number ORDER BY o.number DESC LIMIT 1) AS previous,
      (SELECT jsonb_build_object('name', w.name, 'threads', w.threads) FROM "Attempt" a
       JOIN "NodeRun" n ON n.id = a."nodeRunId" JOIN "Worker" w ON w.id = a."workerId"
       WHERE n."runId" = r.id ORDER BY a."startedAt" DESC LIMIT 1) AS worker,
      (SELECT max(a."peakBytes")::float8 FROM "Attempt" a JOIN "NodeRun" n ON n.id = a."nodeRunId" WHERE n."runId" = r.id) AS "peakBytes",
      (SELECT coalesce(jsonb_object_agg(n."nodeId", jsonb_build_object('runId', p.id, 'number', p.number,
          'seconds', coalesce(extract(epoch FROM o."finishedAt" - o."startedAt"), 0))), '{}')
       FROM "NodeRun" n JOIN "NodeRun" o ON o.id = n."cachedFromId" JOIN "Run" p ON p.id = o."runId"
       WHERE n."runId" = r.id) AS reused,
      (SELECT coalesce(jsonb_object_agg(a.digest, a."sizeBytes"), '{}') FROM "NodeRun" n
       JOIN "NodeRunOutput" o ON o."nodeRunId" = n.id JOIN "Artifact" a ON a.id = o."artifactId" WHERE n."runId" = r.id) AS sizes
    FROM "Run" r JOIN "GraphVersion" v ON v.id = r."graphVersionId" LEFT JOIN "User" u ON u.id = r."createdById"
    WHERE r.id = $1 AND r."teamId" = $2`,
    values: [runId, teamId, userId],
  });
  return rows[0];
}
