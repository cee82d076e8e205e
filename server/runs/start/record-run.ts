/** Records a run that was prepared, with its graph's version, and sets it going, in one transaction. */
import { canonicalGraph, formatGraph } from "@/graph/document";
import type { ExecutionPlan } from "@/graph/plan/execution-plan";
import type { Reason } from "@/graph/plan/reason";
import { type Problem, problem } from "@/graph/problems";
import type { RunView } from "@/graph/run-view";
import { type Tx, transaction } from "@/server/db";
import { jsonParam } from "@/server/storable";
import { decideAndWrite, endsRun } from "../commit/commit-changes";
import type { RunEngine } from "../commit/engine";
import { keepPlan } from "../commit/read-state";
import { hashText, newId } from "../ids";
import type { ArtifactRef, NodeState, RunState } from "../protocol/decision";
import { needsOf } from "../protocol/slots";
import type { Prepared, RunRequest } from "./prepare-run";

export type RecordRun = RunRequest & {
  teamId: string;
  /** A graph of the team by id, or the history of a file by its real path. */
  graph: { id: string } | { path: string };
  trigger: RunView["trigger"];
  userId?: string;
  /** Who starts it, in words, when it is not a signed-in person. */
  who?: string;
  retryOfId?: string;
  runGroupId?: string;
  /** The same key again gives the run it started, and starts nothing. */
  idempotencyKey?: string;
  prepared: Extract<Prepared, { ok: true }>;
  /** Why each node runs, from the forecast. */
  reasons: ReadonlyMap<string, readonly Reason[]>;
  /** Seconds that nodes are expected to take, of those that would run. */
  expected: ReadonlyMap<string, number>;
};

export type StartedRun = { runId: string; number: number; graphId: string; existing: boolean };
export type StartOutcome =
  | ({ ok: true; problems: Problem[] } & StartedRun)
  /** Nothing was written. */
  | { ok: false; problems: Problem[] };

export async function recordRun(engine: RunEngine, input: RecordRun): Promise<StartOutcome> {
  const { plan, problems } = input.prepared;
  let ended = false;
  const outcome = await transaction(engine.pool, async (tx): Promise<StartOutcome> => {
    const { frozen, missing } = await readFrozen(tx, input.teamId, plan);
    if (missing.length) return { ok: false, problems: [...problems, ...missing] };
    const started = await record(engine, tx, input, frozen);
    ended = started.ended;
    return { ok: true, problems, ...started.run };
  });
  if (ended && outcome.ok) engine.onEnded?.(outcome.runId);
  return outcome;
}

async function record(
  engine: RunEngine,
  tx: Tx,
  input: RecordRun,
  frozen: ReadonlyMap<string, ArtifactRef>,
): Promise<{ run: StartedRun; ended: boolean }> {
  const { plan, examined } = input.prepared;
  if (input.idempotencyKey) {
    // Two starts with one key, on whatever graphs, come one after the other.
    await tx.query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", [
      `${input.teamId}/${input.idempotencyKey}`,
    ]);
    const { rows: same } = await tx.query<{ id: string; number: number; graphId: string }>(
      'SELECT id, number, "graphId" FROM "Run" WHERE "teamId" = $1 AND "idempotencyKey" = $2',
      [input.teamId, input.idempotencyKey],
    );
    if (same[0]) {
      const { id: runId, number, graphId } = same[0];
      return { run: { runId, number, graphId, existing: true }, ended: false };
    }
  }
  const graphId = await lockGraph(tx, input);
  const versionId = await saveVersion(tx, graphId, input);
  const runId = newId();
  const { rows } = await tx.query<{ number: number; at: Date }>(
    `INSERT INTO "Run" (id, "teamId", "graphId", "graphVersionId", number, trigger, "createdById", who, "retryOfId",
       "runGroupId", smoke, targets, overrides, plan, "dataDirs", "trustedPaths", "idempotencyKey")
     VALUES ($1, $2, $3, $4, (SELECT coalesce(max(number), 0) + 1 FROM "Run" WHERE "graphId" = $3), $5, $6, $7, $8,
       $9, $10, $11, $12, $13, $14, $15, $16)
     RETURNING number, clock_timestamp() AS at`,
    [
      runId,
      input.teamId,
      graphId,
      versionId,
      input.trigger.toUpperCase(),
      input.userId ?? null,
      input.who ?? null,
      input.retryOfId ?? null,
      input.runGroupId ?? null,
      input.smoke ?? false,
      input.targets ?? [],
      jsonParam(input.overrides ?? {}),
      jsonParam(plan),
      input.dataDirs ?? [],
      input.trustedPaths ?? [],
      input.idempotencyKey ?? null,
    ],
  );
  const nodes = plan.nodes.map((node, position) => ({
    id: newId(),
    nodeId: node.id,
    position,
    title: node.title ?? null,
    kind: node.kind,
    kindVersion: node.version,
    codeVersion: node.codeVersion,
    params: node.params,
    reasons: input.reasons.get(node.id) ?? [],
    expectedSeconds: input.expected.get(node.id) ?? null,
    ...needsOf(node),
  }));
  await tx.query(
    `INSERT INTO "NodeRun" (id, "runId", "nodeId", position, title, kind, "kindVersion", "codeVersion", params, reasons,
       threads, "memoryBytes", "vramBytes", gpus, placement, "expectedSeconds")
     SELECT w.id, $1, w."nodeId", w.position, w.title, w.kind, w."kindVersion", w."codeVersion", w.params, w.reasons,
       w.threads, w."memoryBytes", w."vramBytes", w.gpus, w.placement, w."expectedSeconds"
     FROM jsonb_to_recordset($2) AS w(id text, "nodeId" text, position int, title text, kind text, "kindVersion" int,
       "codeVersion" int, params jsonb, reasons jsonb, threads int, "memoryBytes" int8, "vramBytes" int8, gpus int,
       placement jsonb, "expectedSeconds" float8)`,
    [runId, jsonParam(nodes)],
  );
  const state: RunState = {
    id: runId,
    teamId: input.teamId,
    status: "QUEUED",
    cancelRequested: false,
    paused: false,
    nodes: nodes.map(({ id, nodeId, reasons }) => blankNode(id, nodeId, reasons)),
  };
  const start = [{ type: "start" as const }];
  const { writes } = await decideAndWrite(engine, tx, plan, state, start, {
    now: rows[0]!.at.getTime(),
    frozen,
  });
  await tx.query('UPDATE "Graph" SET name = $2, "updatedAt" = now() WHERE id = $1 AND path IS NOT NULL', [
    graphId,
    examined.file.name,
  ]);
  keepPlan(runId, JSON.parse(JSON.stringify(plan)));
  const run = { runId, number: rows[0]!.number, graphId, existing: false };
  return { run, ended: endsRun(writes) };
}

const blankNode = (id: string, nodeId: string, reasons: readonly Reason[]): NodeState => ({
  id,
  nodeId,
  status: "PENDING",
  attempt: 0,
  cacheKey: null,
  cachedFromId: null,
  nodeFailures: 0,
  lostWorkers: 0,
  unavailable: 0,
  notBefore: 0,
  reasons,
  failure: null,
  outputs: {},
});

async function readFrozen(tx: Tx, teamId: string, plan: ExecutionPlan) {
  const wanted = plan.nodes.flatMap((node) =>
    node.action === "frozen"
      ? Object.entries(node.outputs).map(([port, digest]) => ({ node: node.id, port, digest }))
      : [],
  );
  const digests = wanted.map(({ digest }) => digest);
  const { rows } = wanted.length
    ? await tx.query<ArtifactRef>(
        // Held until the run's rows name them, so that they are not collected meanwhile.
        `SELECT id, digest, type FROM "Artifact" WHERE "teamId" = $1 AND digest = ANY($2) AND state = 'KEPT' FOR KEY SHARE`,
        [teamId, digests],
      )
    : { rows: [] };
  const frozen = new Map(rows.map((row) => [row.digest, row]));
  const missing = wanted
    .filter(({ digest }) => !frozen.has(digest))
    .map(({ node, port, digest }) => problem("frozen-missing", { node, port }, { digest }));
  return { frozen, missing };
}

/** Locks the graph's row: run and version numbers of one graph are given out one after the other. */
async function lockGraph(tx: Tx, { teamId, graph, file }: RecordRun): Promise<string> {
  if ("path" in graph) {
    const { rows } = await tx.query<{ id: string }>(
      `INSERT INTO "Graph" (id, "teamId", name, path) VALUES ($1, $2, $3, $4)
       ON CONFLICT ("teamId", path) DO UPDATE SET "updatedAt" = now(), "deletedAt" = NULL RETURNING id`,
      [newId(), teamId, file.name, graph.path],
    );
    return rows[0]!.id;
  }
  const { rows } = await tx.query<{ id: string }>(
    'SELECT id FROM "Graph" WHERE id = $1 AND "teamId" = $2 FOR UPDATE',
    [graph.id, teamId],
  );
  if (!rows[0]) throw new Error(`no graph ${graph.id} in team ${teamId}`);
  return rows[0].id;
}

/** The version that holds exactly this graph: an old one when nothing changed. */
async function saveVersion(tx: Tx, graphId: string, { file, userId }: RecordRun): Promise<string> {
  const { rows } = await tx.query<{ id: string }>(
    `WITH old AS (SELECT id FROM "GraphVersion" WHERE "graphId" = $2 AND digest = $3),
     new AS (
       INSERT INTO "GraphVersion" (id, "graphId", digest, number, document, "createdById")
       SELECT $1, $2, $3, (SELECT coalesce(max(number), 0) + 1 FROM "GraphVersion" WHERE "graphId" = $2), $4, $5
       WHERE NOT EXISTS (SELECT 1 FROM old) RETURNING id)
     SELECT id FROM old UNION ALL SELECT id FROM new`,
    [newId(), graphId, hashText(formatGraph(file)), jsonParam(canonicalGraph(file)), userId ?? null],
  );
  return rows[0]!.id;
}
