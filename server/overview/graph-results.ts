/** What the editor shows on nodes: how each went last, and the newest outputs it has. */

import { readOutputs } from "@/graph/labels";
import type { FailureCode, Values } from "@/graph/problems";
import type { NodeRunStatus, OutputView } from "@/graph/run-view";
import type { Pool } from "../db";

type RunRef = { id: string; number: number };

export type NodeResult = {
  /** The newest run that has this node. */
  status: NodeRunStatus;
  run: RunRef;
  seconds: number | null;
  finishedAt: string | null;
  failure: { code: FailureCode; reason: string; values: Values } | null;
  /**
   * The newest success: its outputs stay to be looked at while a later run is under way or failed. A run with
   * overrides (the App, a sweep) is not what the draft gives, so it counts only where there is no other.
   */
  last: Success | null;
  /** The newest success of a smoke run: never what the graph gives. */
  smoke: Success | null;
};

type Found = Success & { smoke: boolean };

export type Success = {
  run: RunRef;
  /** The run that made the result, when that run reused it. */
  madeBy: RunRef;
  finishedAt: string;
  seconds: number | null;
  /** The most memory the job that made it took. */
  memoryBytes: number | null;
  params: Record<string, unknown>;
  outputs: Record<string, OutputView>;
  metrics: Record<string, number>;
};

export async function graphResults(pool: Pool, graphId: string): Promise<Record<string, NodeResult>> {
  const { rows } = await pool.query<
    Omit<NodeResult, "last" | "smoke"> & { nodeId: string; successes: Found[] }
  >({
    name: "graph-results",
    text: `
    WITH newest AS (
      SELECT DISTINCT ON (n."nodeId") n.*, r.number FROM "NodeRun" n JOIN "Run" r ON r.id = n."runId"
      WHERE r."graphId" = $1 ORDER BY n."nodeId", r.number DESC
    ), success AS (
      SELECT DISTINCT ON (n."nodeId", r.smoke) n.*, r.number, r.smoke FROM "NodeRun" n JOIN "Run" r ON r.id = n."runId"
      WHERE r."graphId" = $1 AND n.status IN ('SUCCEEDED', 'CACHED')
      ORDER BY n."nodeId", r.smoke, r.overrides <> '{}', r.number DESC
    )
    SELECT n."nodeId", n.status, jsonb_build_object('id', n."runId", 'number', n.number) AS run,
      extract(epoch FROM n."finishedAt" - n."startedAt")::float8 AS seconds, n."finishedAt",
      CASE WHEN n."failureCode" IS NOT NULL AND n.status <> 'RUNNING' THEN jsonb_build_object('code', n."failureCode",
        'reason', n."failureReason", 'values', coalesce(n."failureValues", '{}')) END AS failure,
      coalesce((SELECT jsonb_agg(jsonb_build_object(
        'smoke', s.smoke,
        'run', jsonb_build_object('id', s."runId", 'number', s.number),
        'madeBy', jsonb_build_object('id', coalesce(p.id, s."runId"), 'number', coalesce(p.number, s.number)),
        'finishedAt', s."finishedAt",
        'seconds', extract(epoch FROM coalesce(o."finishedAt" - o."startedAt", s."finishedAt" - s."startedAt")),
        'memoryBytes', (SELECT max(t."peakBytes") FROM "Attempt" t WHERE t."nodeRunId" = coalesce(s."cachedFromId", s.id)),
        'params', s.params,
        'outputs', coalesce((SELECT jsonb_object_agg(x.port, jsonb_build_object('type', a.type, 'digest', a.digest, 'facts', a.facts))
          FROM "NodeRunOutput" x JOIN "Artifact" a ON a.id = x."artifactId" WHERE x."nodeRunId" = s.id), '{}'),
        'metrics', coalesce((SELECT jsonb_object_agg(m.name, m.value) FROM (
          SELECT DISTINCT ON (name) name, value FROM "MetricPoint" WHERE "nodeRunId" = coalesce(s."cachedFromId", s.id)
          ORDER BY name, step DESC) m), '{}')))
        FROM success s LEFT JOIN "NodeRun" o ON o.id = s."cachedFromId" LEFT JOIN "Run" p ON p.id = o."runId"
        WHERE s."nodeId" = n."nodeId"), '[]') AS successes
    FROM newest n`,
    values: [graphId],
  });
  return Object.fromEntries(
    rows.map(({ nodeId, successes, ...result }) => [
      nodeId,
      { ...result, last: pick(successes, false), smoke: pick(successes, true) },
    ]),
  );
}

function pick(successes: readonly Found[], smoke: boolean): Success | null {
  const found = successes.find((one) => one.smoke === smoke);
  if (!found) return null;
  const { smoke: _, ...success } = found;
  return { ...success, outputs: readOutputs(success.outputs) };
}
