import type { ReportFacts } from "@/graph/ports";
import type { Progress, RunStatus, RunView } from "@/graph/run-view";
import type { Pool } from "../db";
import { changeOf, type FinalMetric, finalMetric, type MetricSeries } from "./final-metric";
import { type LineNode, type RunLine, runLine } from "./run-line";

export const RUN_FILTERS = ["all", "running", "queued", "failed"] as const;
export type RunFilter = (typeof RUN_FILTERS)[number];

const STATUSES: Record<RunFilter, RunStatus[] | null> = {
  all: null,
  running: ["RUNNING", "WAITING"],
  queued: ["QUEUED"],
  failed: ["FAILED"],
};

export type RunListed = {
  id: string;
  number: number;
  graph: { id: string; name: string };
  status: RunStatus;
  trigger: RunView["trigger"];
  who: string | null;
  smoke: boolean;
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
  line: RunLine;
  /** Of a whole run that is over. */
  metric: FinalMetric | null;
  /** How far the metric is from that of the graph's whole run before, as a share of it. */
  change: number | null;
};

export type ListRuns = {
  teamId: string;
  filter: RunFilter;
  trigger?: RunView["trigger"] | undefined;
  search?: string | undefined;
  graphId?: string | undefined;
  offset: number;
  limit: number;
};

export type RunPage = {
  runs: RunListed[];
  total: number;
  counts: Record<RunFilter, number>;
  lastWeek: number;
};

type RunRow = Omit<RunListed, "graph" | "line" | "metric" | "change"> & {
  graphId: string;
  graphName: string;
  /** The graph's last whole run before that succeeded. */
  beforeId: string | null;
};
type NodeRow = LineNode & { id: string; runId: string; source: string };

/** A page of the team's runs, newest first, with the counts for the filters. */
export async function listRuns(pool: Pool, ask: ListRuns): Promise<RunPage> {
  const filters = [
    ask.teamId,
    ask.trigger?.toUpperCase() ?? null,
    ask.search ? `%${ask.search.replace(/[\\%_]/g, "\\$&")}%` : null,
    ask.graphId ?? null,
  ];
  const where = `r."teamId" = $1 AND ($2::text IS NULL OR r."trigger"::text = $2)
    AND ($3::text IS NULL OR g."name" ILIKE $3 OR r."number"::text ILIKE $3) AND ($4::text IS NULL OR r."graphId" = $4)`;
  const [page, sums] = await Promise.all([
    pool.query<RunRow>(
      `SELECT r."id", r."number", r."status", lower(r."trigger"::text) AS "trigger", r."smoke", r."createdAt",
              r."startedAt", r."finishedAt", coalesce(u."name", r."who") AS "who", g."id" AS "graphId", g."name" AS "graphName",
              (SELECT p."id" FROM "Run" p WHERE p."graphId" = r."graphId" AND p."number" < r."number" AND NOT p."smoke"
                 AND p."status" = 'SUCCEEDED' ORDER BY p."number" DESC LIMIT 1) AS "beforeId"
       FROM "Run" r JOIN "Graph" g ON g."id" = r."graphId" LEFT JOIN "User" u ON u."id" = r."createdById"
       WHERE ${where} AND ($5::text[] IS NULL OR r."status"::text = ANY($5))
       ORDER BY r."createdAt" DESC, r."id" DESC LIMIT $6 OFFSET $7`,
      [...filters, STATUSES[ask.filter], ask.limit, ask.offset],
    ),
    pool.query<Record<RunFilter | "week", number>>(
      `SELECT count(*) AS "all", count(*) FILTER (WHERE r."status" IN ('RUNNING', 'WAITING')) AS "running",
              count(*) FILTER (WHERE r."status" = 'QUEUED') AS "queued", count(*) FILTER (WHERE r."status" = 'FAILED') AS "failed",
              count(*) FILTER (WHERE r."createdAt" > now() - interval '7 days') AS "week"
       FROM "Run" r JOIN "Graph" g ON g."id" = r."graphId" WHERE ${where}`,
      filters,
    ),
  ]);
  const { week, ...counts } = sums.rows[0]!;
  const ids = page.rows.flatMap(({ id, beforeId }) => (beforeId ? [id, beforeId] : [id]));
  const all = await nodesOf(pool, [...new Set(ids)]);
  const nodes = new Map<string, NodeRow[]>();
  for (const node of all) nodes.set(node.runId, [...(nodes.get(node.runId) ?? []), node]);
  const metrics = await metricsOf(pool, all);
  const metricOf = (runId: string) => metrics(nodes.get(runId) ?? []);
  const runs = page.rows.map(({ graphId, graphName, beforeId, ...run }): RunListed => {
    const metric = (run.finishedAt && !run.smoke && metricOf(run.id)) || null;
    const before = metric && beforeId ? metricOf(beforeId) : undefined;
    return {
      ...run,
      graph: { id: graphId, name: graphName },
      line: runLine(nodes.get(run.id) ?? []),
      metric,
      change: metric && before ? changeOf(before, metric) : null,
    };
  });
  return { runs, counts, total: counts[ask.filter], lastWeek: week };
}

async function nodesOf(pool: Pool, runIds: string[]): Promise<NodeRow[]> {
  type Row = Omit<NodeRow, "failure"> & {
    failureCode: string | null;
    failureReason: string | null;
    failureValues: object | null;
  };
  const { rows } = await pool.query<Row>(
    `SELECT n."id", n."runId", n."kind", n."title", n."status", coalesce(n."cachedFromId", n."id") AS "source",
            n."failureCode", n."failureReason", n."failureValues", a."progress"
     FROM "NodeRun" n LEFT JOIN "Attempt" a ON a."nodeRunId" = n."id" AND a."number" = n."attempt" AND a."finishedAt" IS NULL
     WHERE n."runId" = ANY($1) ORDER BY n."position"`,
    [runIds],
  );
  return rows.map(({ failureCode, failureReason, failureValues, ...node }) => ({
    ...node,
    progress: node.progress as Progress | null,
    failure: failureCode
      ? { code: failureCode, reason: failureReason ?? "internal", values: failureValues ?? {} }
      : null,
  })) as NodeRow[];
}

/** Curves are thinned to about 24 points in the database; a sparkline shows no more. */
async function metricsOf(pool: Pool, nodes: readonly NodeRow[]) {
  const sources = [...new Set(nodes.map((node) => node.source))];
  const [reports, points] = await Promise.all([
    pool.query<{ nodeRunId: string; facts: ReportFacts }>(
      `SELECT o."nodeRunId", a."facts" FROM "NodeRunOutput" o JOIN "Artifact" a ON a."id" = o."artifactId"
       WHERE o."nodeRunId" = ANY($1) AND a."type" = 'report'`,
      [sources],
    ),
    pool.query<{ nodeRunId: string; name: string; values: number[] }>(
      `SELECT "nodeRunId", "name", array_agg("value" ORDER BY "step") AS "values" FROM (
         SELECT *, row_number() OVER w AS i, count(*) OVER (PARTITION BY "nodeRunId", "name") AS n FROM "MetricPoint"
         WHERE "nodeRunId" = ANY($1) AND lower(regexp_replace("name", '[^A-Za-z0-9]', '', 'g')) ~ '(loss|perplexity)$'
         WINDOW w AS (PARTITION BY "nodeRunId", "name" ORDER BY "step")
       ) p WHERE i = n OR i % greatest(1, n / 24) = 0 GROUP BY 1, 2`,
      [sources],
    ),
  ]);
  return (ofRun: readonly NodeRow[]): FinalMetric | undefined => {
    const own = new Set(ofRun.map((node) => node.source));
    const series: MetricSeries[] = points.rows.filter((row) => own.has(row.nodeRunId));
    // The last report of the run that names a primary metric: what is measured after training outranks the training.
    const facts = ofRun
      .flatMap((node) => reports.rows.filter((row) => row.nodeRunId === node.source))
      .map((row) => row.facts);
    const report = facts.findLast(
      ({ primary, metrics }) => primary !== undefined && metrics?.[primary] !== undefined,
    );
    const name = report?.primary;
    return finalMetric(name === undefined ? undefined : { name, value: report!.metrics![name]! }, series);
  };
}
