/** What a run of this graph would do, node by node, and why: the history read once, the rest decided by `graph/plan`. */

import { byName } from "@/graph/by-name";
import { readFacts } from "@/graph/labels";
import {
  type CacheHit,
  type LastSuccess,
  type Plan,
  type PlanAction,
  type PlanContext,
  planGraph,
} from "@/graph/plan";
import type { PortType, PortTypeName } from "@/graph/ports";
import type { OutputView } from "@/graph/run-view";
import type { Queryable } from "@/server/db";
import { OUTPUTS_KEPT } from "../commit/look-ups";
import { hashText } from "../ids";
import { findReplaced } from "./find-replaced";
import { pastAttempts } from "./past-attempts";

export type ForecastRun = Pick<PlanContext, "plan" | "inputs" | "catalogue" | "compareInputs"> & {
  teamId: string;
  /** Absent for a graph without history. */
  graphId?: string | undefined;
  smoke: boolean;
  /** Inferred at outputs, by `node.port`. */
  types: Readonly<Record<string, PortType>>;
};

const WILL_RUN: ReadonlySet<PlanAction> = new Set(["run", "depends"]);

export async function forecastRun(db: Queryable, request: ForecastRun): Promise<Plan> {
  const { teamId, graphId, smoke, types, ...rest } = request;
  const { nodes } = request.plan;
  const replaced = await findReplaced(db, teamId, types);
  const kinds = nodes.map(({ kind }) => kind);
  const ids = nodes.map(({ id }) => id);
  const plan = await planGraph({
    ...rest,
    past: await pastAttempts(db, request.catalogue, kinds, smoke),
    team: teamId,
    hash: hashText,
    lookup: (keys) => findResults(db, teamId, graphId, keys),
    last: graphId ? await lastSuccesses(db, graphId, ids, smoke) : byName(),
  });
  for (const entry of plan.nodes) {
    const replaces = WILL_RUN.has(entry.action) ? replaced.get(entry.id) : undefined;
    if (replaces) entry.replaces = replaces;
  }
  return plan;
}

type OutputRows = Record<string, { digest: string; type: PortTypeName; facts: PortType }>;

const OUTPUTS = `(SELECT jsonb_object_agg(o.port, jsonb_build_object('digest', a.digest, 'type', a.type, 'facts', a.facts))
  FROM "NodeRunOutput" o JOIN "Artifact" a ON a.id = o."artifactId" WHERE o."nodeRunId" = n.id)`;

/** With the other results of the runs that fit: the nodes below will ask for them next. */
async function findResults(
  db: Queryable,
  teamId: string,
  graphId: string | undefined,
  keys: readonly string[],
): Promise<Map<string, CacheHit>> {
  type Row = { cacheKey: string; run: number; graph: string | null; outputs: OutputRows | null };
  const { rows } = await db.query<Row>(
    `WITH hit AS (
       SELECT DISTINCT ON (n."cacheKey") n."runId" FROM "NodeRun" n JOIN "Run" r ON r.id = n."runId"
       WHERE n."cacheKey" = ANY($1) AND n.status IN ('SUCCEEDED', 'CACHED') AND r."teamId" = $2 AND ${OUTPUTS_KEPT}
       ORDER BY n."cacheKey", n."finishedAt" DESC
     )
     SELECT n."cacheKey", coalesce(o.number, r.number) AS run,
       CASE WHEN g.id <> coalesce($3, '') THEN g.name END AS graph, ${OUTPUTS} AS outputs
     FROM "NodeRun" n JOIN "Run" r ON r.id = n."runId"
     LEFT JOIN "NodeRun" m ON m.id = n."cachedFromId" LEFT JOIN "Run" o ON o.id = m."runId"
     JOIN "Graph" g ON g.id = coalesce(o."graphId", r."graphId")
     WHERE n."runId" IN (SELECT "runId" FROM hit) AND n.status IN ('SUCCEEDED', 'CACHED') AND n."cacheKey" IS NOT NULL
       AND ${OUTPUTS_KEPT}`,
    [keys, teamId, graphId ?? null],
  );
  return new Map(
    rows.map(({ cacheKey, run, graph, outputs }) => [
      cacheKey,
      { run, ...(graph === null ? {} : { graph }), outputs: viewsOf(outputs ?? {}) },
    ]),
  );
}

const viewsOf = (outputs: OutputRows): Record<string, OutputView> =>
  Object.fromEntries(
    Object.entries(outputs).map(([port, { type, digest, facts }]) => [
      port,
      { type, digest, facts: readFacts(type, facts) },
    ]),
  );

type LastRow = {
  runId: string;
  nodeId: string;
  run: number;
  smokeOnly: boolean;
  cacheKey: string | null;
  version: number;
  codeVersion: number;
  params: Record<string, unknown>;
  files: Record<string, string> | undefined;
  inputs: Record<string, { digest: string; rows: number | null }> | null;
};

const newest = (runs: string) => `(
  SELECT n.id FROM "Run" r JOIN "NodeRun" n ON n."runId" = r.id AND n."nodeId" = wanted.id
  WHERE r."graphId" = $1 AND n.status IN ('SUCCEEDED', 'CACHED') AND ${runs} ORDER BY r.number DESC LIMIT 1)`;

/**
 * The newest success of each of the nodes in a graph, cached ones included: they had the same parameters and inputs.
 * A run with overrides (the App, a sweep) is not what the graph gives, so it counts only where there is no other; a smoke
 * run is compared with smoke runs, any other with none of them.
 */
async function lastSuccesses(
  db: Queryable,
  graphId: string,
  nodes: readonly string[],
  smoke: boolean,
): Promise<Record<string, LastSuccess>> {
  // Node by node from the newest run backwards: what a graph with a long history takes does not grow with it.
  const { rows } = await db.query<Omit<LastRow, "files">>(
    `SELECT n.id, n."runId", n."nodeId", r.number AS run, r.smoke AND NOT $3 AS "smokeOnly", n."cacheKey", n."kindVersion" AS version, n."codeVersion",
       n.params,
       (SELECT jsonb_object_agg(CASE WHEN i.slot = '' THEN i.port ELSE i.port || '[' || i.slot || ']' END,
                    jsonb_build_object('digest', a.digest, 'rows', a.facts->'rows'))
        FROM "NodeRunInput" i JOIN "Artifact" a ON a.id = i."artifactId" WHERE i."nodeRunId" = n.id) AS inputs
     FROM unnest($2::text[]) AS wanted(id)
     CROSS JOIN LATERAL (
       SELECT coalesce(${newest("r.smoke = $3 AND r.overrides = '{}'")}, ${newest("r.smoke = $3 AND r.overrides <> '{}'")},
         ${newest("r.smoke AND NOT $3")}) AS id OFFSET 0) l
     JOIN "NodeRun" n ON n.id = l.id JOIN "Run" r ON r.id = n."runId"`,
    [graphId, nodes, smoke],
  );
  const files = await filesOf(db, [...new Set(rows.map(({ runId }) => runId))]);
  const key = ({ runId, nodeId }: { runId: string; nodeId: string }) => `${runId}/${nodeId}`;
  const byNode = new Map(files.map((row) => [key(row), row.files]));
  return byName(rows.map((row) => [row.nodeId, lastOf({ ...row, files: byNode.get(key(row)) })] as const));
}

/** Digests of the files that parameters named, of the nodes that have some. */
async function filesOf(db: Queryable, runIds: readonly string[]) {
  const { rows } = await db.query<{ runId: string; nodeId: string; files: Record<string, string> }>(
    `SELECT r.id AS "runId", p->>'id' AS "nodeId", p->'files' AS files
     FROM "Run" r, jsonb_path_query(r.plan, '$.nodes[*] ? (exists(@.files))') p WHERE r.id = ANY($1)`,
    [runIds],
  );
  return rows;
}

function lastOf(row: LastRow): LastSuccess {
  const inputs = Object.entries(row.inputs ?? {}).map(
    ([port, { digest, rows }]) => [port, rows === null ? { digest } : { digest, rows }] as const,
  );
  return {
    run: row.run,
    ...(row.smokeOnly ? { smokeOnly: true as const } : {}),
    ...(row.cacheKey ? { cacheKey: row.cacheKey } : {}),
    version: row.version,
    codeVersion: row.codeVersion,
    params: row.params,
    inputs: Object.fromEntries(inputs),
    ...(row.files ? { files: row.files } : {}),
  };
}
