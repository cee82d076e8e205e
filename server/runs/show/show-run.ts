/** A run as people and programs see it. */
import { readOutputs } from "@/graph/labels";
import type { Reason } from "@/graph/plan/reason";
import type { FailureView, NodeRunView, OutputView, Progress, RunView } from "@/graph/run-view";
import type { Pool } from "@/server/db";
import type { NodeFailure } from "../protocol/decision";
import { failureMessage } from "./failure-message";
import { reasonText } from "./reason-text";

export type RunRow = {
  id: string;
  number: number;
  graphId: string;
  graphName: string;
  status: RunView["status"];
  trigger: string;
  smoke: boolean;
  retryOfId: string | null;
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
  now: Date;
};
type NodeRow = {
  nodeId: string;
  kind: string;
  title: string | null;
  status: NodeRunView["status"];
  attempt: number;
  startedAt: Date | null;
  finishedAt: Date | null;
  why: string;
  reasons: Reason[];
  failureCode: NodeFailure["code"] | null;
  failureReason: string | null;
  failureValues: NodeFailure["values"] | null;
  cachedFromRun: string | null;
  outputs: Record<string, OutputView> | null;
  metrics: Record<string, number> | null;
  progress: Progress | null;
  checkpoint: number | null;
  expectedSeconds: number | null;
};

export const RUN_COLUMNS = `r.id, r.number, r."graphId", g.name AS "graphName", r.status, r.trigger, r.smoke, r."retryOfId",
  r."createdAt", r."startedAt", r."finishedAt", now() AS now`;

/** Undefined when the team has no such run. */
export async function showRun(pool: Pool, teamId: string, runId: string): Promise<RunView | undefined> {
  const { rows } = await pool.query<RunRow>(
    `SELECT ${RUN_COLUMNS} FROM "Run" r JOIN "Graph" g ON g.id = r."graphId" WHERE r.id = $1 AND r."teamId" = $2`,
    [runId, teamId],
  );
  const run = rows[0];
  if (!run) return undefined;
  const nodes = await readNodes(pool, runId);
  return { ...runHead(run), nodes: nodes.map((node) => nodeView(node, run.now)) };
}

export function runHead(run: RunRow): Omit<RunView, "nodes"> {
  return {
    run: run.id,
    number: run.number,
    graph: { id: run.graphId, name: run.graphName },
    status: run.status,
    trigger: run.trigger.toLowerCase() as RunView["trigger"],
    smoke: run.smoke,
    seconds: seconds(run.startedAt ?? run.createdAt, run.finishedAt ?? run.now),
    createdAt: run.createdAt.toISOString(),
    startedAt: run.startedAt?.toISOString() ?? null,
    finishedAt: run.finishedAt?.toISOString() ?? null,
    ...(run.retryOfId ? { retryOf: run.retryOfId } : {}),
  };
}

async function readNodes(pool: Pool, runId: string): Promise<NodeRow[]> {
  const { rows } = await pool.query<NodeRow>(
    `SELECT n."nodeId", n.kind, n.title, n.status, n.attempt, n."startedAt", n."finishedAt", n.why, n.reasons, n."expectedSeconds",
       n."failureCode", n."failureReason", n."failureValues", origin."runId" AS "cachedFromRun",
       (SELECT jsonb_object_agg(o.port, jsonb_build_object('type', a.type, 'digest', a.digest, 'facts', a.facts))
        FROM "NodeRunOutput" o JOIN "Artifact" a ON a.id = o."artifactId" WHERE o."nodeRunId" = n.id) AS outputs,
       (SELECT jsonb_object_agg(m.name, m.value) FROM (
          SELECT DISTINCT ON (p.name) p.name, p.value FROM "MetricPoint" p
          WHERE p."nodeRunId" = coalesce(n."cachedFromId", n.id) ORDER BY p.name, p.step DESC) m) AS metrics,
       (SELECT t.progress FROM "Attempt" t WHERE t."nodeRunId" = n.id AND t.number = n.attempt) AS progress,
       CASE WHEN n.status IN ('FAILED', 'CANCELLED') THEN
         (SELECT max(c.step) FROM "Checkpoint" c WHERE c.key = n."cacheKey") END AS checkpoint
     FROM "NodeRun" n LEFT JOIN "NodeRun" origin ON origin.id = n."cachedFromId"
     WHERE n."runId" = $1 ORDER BY n.position`,
    [runId],
  );
  return rows;
}

function nodeView(node: NodeRow, now: Date): NodeRunView {
  const { startedAt, finishedAt, failureCode } = node;
  return {
    id: node.nodeId,
    kind: node.kind,
    ...(node.title ? { title: node.title } : {}),
    status: node.status,
    attempt: node.attempt,
    seconds: startedAt ? seconds(startedAt, finishedAt ?? now) : null,
    startedAt: startedAt?.toISOString() ?? null,
    finishedAt: finishedAt?.toISOString() ?? null,
    why: reasonText(node.reasons, node.why),
    reasons: node.reasons,
    outputs: readOutputs(node.outputs ?? {}),
    metrics: node.metrics ?? {},
    ...(node.status === "RUNNING" && node.progress ? { progress: node.progress } : {}),
    ...(node.expectedSeconds === null ? {} : { expected: node.expectedSeconds }),
    ...(failureCode && node.status !== "RUNNING"
      ? { failure: failureView(node.kind, failureCode, node.failureReason ?? "", node.failureValues ?? {}) }
      : {}),
    ...(node.checkpoint === null ? {} : { resume: { step: node.checkpoint } }),
    ...(node.cachedFromRun ? { cachedFrom: node.cachedFromRun } : {}),
  };
}

function failureView(
  kind: string,
  code: FailureView["code"],
  reason: string,
  values: FailureView["values"],
): FailureView {
  return { code, reason, values, message: failureMessage(kind, { code, reason, values }) };
}

const seconds = (from: Date, to: Date) => Math.max(0, (to.getTime() - from.getTime()) / 1000);
