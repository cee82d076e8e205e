/** What jobs are given: parameters from the plan, inputs and folders from rows. */
import type { Pool } from "@/server/db";
import type { ClaimedNode } from "@/server/runs/claim";
import { readPlan } from "@/server/runs/state";
import type { JobSpec } from "./messages";

export type ReadyJob = ClaimedNode & { job: JobSpec; teamId: string; isolate: boolean };
type RunPart = { teamId: string; dataDirs: string[]; trustedPaths: string[] };
type Row = {
  nodeRunId: string;
  cacheKey: string | null;
  inputs: { port: string; slot: string; digest: string }[] | null;
};

export async function readJobs(pool: Pool, claims: readonly ClaimedNode[]): Promise<ReadyJob[]> {
  if (!claims.length) return [];
  const runs = await readRuns(pool, [...new Set(claims.map(({ runId }) => runId))]);
  const { rows } = await pool.query<Row>({
    name: "job-inputs",
    text: `SELECT n.id AS "nodeRunId", n."cacheKey",
             (SELECT jsonb_agg(jsonb_build_object('port', i.port, 'slot', i.slot, 'digest', a.digest))
              FROM "NodeRunInput" i JOIN "Artifact" a ON a.id = i."artifactId" WHERE i."nodeRunId" = n.id) AS inputs
           FROM "NodeRun" n WHERE n.id = ANY($1)`,
    values: [claims.map(({ nodeRunId }) => nodeRunId)],
  });
  const byId = new Map(rows.map((row) => [row.nodeRunId, row]));
  return Promise.all(
    claims.map(async (claim) => {
      const node = (await readPlan(pool, claim.runId)).nodes.find(({ id }) => id === claim.nodeId)!;
      const { teamId, ...folders } = runs.get(claim.runId)!;
      const row = byId.get(claim.nodeRunId);
      const lists = new Set(node.inputs.filter(({ list }) => list).map(({ port }) => port));
      const job: JobSpec = {
        nodeRunId: claim.nodeRunId,
        attempt: claim.attempt,
        kind: node.kind,
        codeVersion: node.codeVersion,
        params: node.params,
        inputs: (row?.inputs ?? []).map((input) => ({ ...input, list: lists.has(input.port) })),
        checkpointKey: row?.cacheKey ?? claim.nodeRunId,
        threads: claim.threads,
        ...folders,
      };
      return { ...claim, job, teamId, isolate: node.isolate === true || claim.gpu !== undefined };
    }),
  );
}

const kept = new Map<string, RunPart>();

/** None of it changes while a run lives. */
async function readRuns(pool: Pool, ids: readonly string[]): Promise<Map<string, RunPart>> {
  const missing = ids.filter((id) => !kept.has(id));
  if (missing.length) {
    if (kept.size > 100) kept.clear();
    const { rows } = await pool.query<RunPart & { id: string }>(
      'SELECT id, "teamId", "dataDirs", "trustedPaths" FROM "Run" WHERE id = ANY($1)',
      [ids],
    );
    for (const { id, ...rest } of rows) kept.set(id, rest);
  }
  return new Map(ids.map((id) => [id, kept.get(id)!]));
}
