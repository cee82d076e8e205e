/** A run that ended as OpenTelemetry spans: the run, its nodes, their attempts. Made from the rows, so that each run gives one trace whatever processes worked on it. */
import { createHash } from "node:crypto";
import type { Reason } from "@/graph/plan/reason";
import type { Queryable } from "@/server/db";
import { reasonText } from "./reason-text";

/** Milliseconds since 1970. */
export type SpanOfRun = {
  name: string;
  begin: number;
  end: number;
  failed: boolean;
  attributes: Record<string, string | number>;
  children: SpanOfRun[];
};

type RunRow = { status: string; number: number; graph: string; teamId: string; begin: Date; end: Date };
type NodeRow = {
  id: string;
  nodeId: string;
  kind: string;
  status: string;
  why: string;
  reasons: Reason[];
  failureCode: string | null;
  begin: Date;
  end: Date;
  attempts: { number: number; worker: string; code: string | null; begin: string; end: string }[] | null;
};

/** Undefined while the run goes on. */
export async function readRunSpans(db: Queryable, runId: string): Promise<SpanOfRun | undefined> {
  const { rows: runs } = await db.query<RunRow>(
    `SELECT r.status::text, r.number, g.name AS graph, r."teamId", r."createdAt" AS begin, r."finishedAt" AS "end"
     FROM "Run" r JOIN "Graph" g ON g.id = r."graphId" WHERE r.id = $1 AND r."finishedAt" IS NOT NULL`,
    [runId],
  );
  const run = runs[0];
  if (!run) return undefined;
  const { rows: nodes } = await db.query<NodeRow>(
    `SELECT n.id, n."nodeId", n.kind, n.status::text, n.why, n.reasons, n."failureCode"::text,
       coalesce(n."readyAt", n."finishedAt") AS begin, n."finishedAt" AS "end",
       (SELECT jsonb_agg(jsonb_build_object('number', a.number, 'worker', a."workerId", 'code', a."failureCode",
                 'begin', a."startedAt", 'end', coalesce(a."finishedAt", n."finishedAt")) ORDER BY a.number)
        FROM "Attempt" a WHERE a."nodeRunId" = n.id) AS attempts
     FROM "NodeRun" n WHERE n."runId" = $1 AND n."finishedAt" IS NOT NULL ORDER BY n.position`,
    [runId],
  );
  return {
    name: `run ${run.graph}`,
    begin: run.begin.getTime(),
    end: run.end.getTime(),
    failed: run.status === "FAILED",
    attributes: {
      "telar.run": runId,
      "telar.run.number": run.number,
      "telar.team": run.teamId,
      "telar.status": run.status,
    },
    children: nodes.map((node) => spanOfNode(runId, node)),
  };
}

function spanOfNode(runId: string, node: NodeRow): SpanOfRun {
  const { nodeId, kind, status, why, reasons, failureCode } = node;
  const named = { "telar.run": runId, "telar.node": nodeId, "telar.kind": kind };
  return {
    name: `node ${nodeId}`,
    begin: node.begin.getTime(),
    end: node.end.getTime(),
    failed: status === "FAILED",
    attributes: {
      ...named,
      "telar.status": status,
      "telar.why": reasonText(reasons, why),
      ...(failureCode ? { "telar.failure": failureCode } : {}),
    },
    children: (node.attempts ?? []).map(({ number, worker, code, begin, end }) => ({
      name: `attempt ${number}`,
      begin: Date.parse(begin),
      end: Date.parse(end),
      failed: code !== null,
      attributes: {
        ...named,
        "telar.attempt": number,
        "telar.worker": worker,
        ...(code ? { "telar.failure": code } : {}),
      },
      children: [],
    })),
  };
}

/** The same for the same run, so that a log line's run id leads to its trace: 16 bytes as hex. */
export const traceIdOf = (runId: string): string =>
  createHash("sha256").update(runId).digest("hex").slice(0, 32);
