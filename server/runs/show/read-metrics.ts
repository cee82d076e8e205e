/** Curves and samples of a node run. A cached node shows those of the run that made its result. */
import { byName } from "@/graph/by-name";
import type { Pool } from "@/server/db";
import * as limits from "../limits";

export type MetricSeries = Record<string, { step: number; value: number }[]>;

/** Every metric, thinned evenly to a number of points that a chart can use; the last point is always there. */
export async function readMetrics(
  pool: Pool,
  teamId: string,
  runId: string,
  nodeId: string,
  maxPoints: number = limits.metricPoints,
): Promise<MetricSeries> {
  const { rows } = await pool.query<{ name: string; step: number; value: number }>(
    `SELECT name, step, value FROM (
       SELECT m.name, m.step, m.value, row_number() OVER w AS place, count(*) OVER (PARTITION BY m.name) AS total
       FROM "NodeRun" n JOIN "Run" r ON r.id = n."runId"
       JOIN "MetricPoint" m ON m."nodeRunId" = coalesce(n."cachedFromId", n.id)
       WHERE r."teamId" = $1 AND n."runId" = $2 AND n."nodeId" = $3
       WINDOW w AS (PARTITION BY m.name ORDER BY m.step)) p
     WHERE place = total OR place % greatest(1, ceil(total / $4::float8)::int) = 0 ORDER BY name, step`,
    [teamId, runId, nodeId, maxPoints],
  );
  const series: MetricSeries = byName();
  for (const { name, step, value } of rows) {
    series[name] ??= [];
    series[name].push({ step, value });
  }
  return series;
}

export type SampleView = { step: number | null; prompt: string; text: string; at: string };

export async function readSamples(
  pool: Pool,
  teamId: string,
  runId: string,
  nodeId: string,
): Promise<SampleView[]> {
  const { rows } = await pool.query<Omit<SampleView, "at"> & { at: Date }>(
    `SELECT s.step, s.prompt, s.text, s.at FROM "NodeRun" n JOIN "Run" r ON r.id = n."runId"
     JOIN "Sample" s ON s."nodeRunId" = coalesce(n."cachedFromId", n.id)
     WHERE r."teamId" = $1 AND n."runId" = $2 AND n."nodeId" = $3 ORDER BY s.attempt, s.seq`,
    [teamId, runId, nodeId],
  );
  return rows.map((row) => ({ ...row, at: row.at.toISOString() }));
}
