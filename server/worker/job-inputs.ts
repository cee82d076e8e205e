/** What jobs are given: parameters from the plan, inputs with the claim, folders from the run. */
import { createHash } from "node:crypto";
import { indexPlan } from "@/graph/plan/execution-plan";
import type { Pool } from "@/server/db";
import type { ClaimedNode } from "@/server/runs/attempts";
import { readPlan } from "@/server/runs/commit";
import type { JobSpec } from "./messages";

export type ReadyJob = ClaimedNode & { job: JobSpec; teamId: string; isolate: boolean };
type RunPart = { teamId: string; dataDirs: string[]; trustedPaths: string[] };

export async function readJobs(pool: Pool, claims: readonly ClaimedNode[]): Promise<ReadyJob[]> {
  if (!claims.length) return [];
  const runs = await readRuns(pool, [...new Set(claims.map(({ runId }) => runId))]);
  return Promise.all(
    claims.map(async (claim) => {
      const { plans } = indexPlan(await readPlan(pool, claim.runId));
      const node = plans.get(claim.nodeId)!;
      const { teamId, ...folders } = runs.get(claim.runId)!;
      const checkpointKey = claim.cacheKey ?? claim.nodeRunId;
      const job: JobSpec = {
        nodeRunId: claim.nodeRunId,
        attempt: claim.attempt,
        kind: node.kind,
        codeVersion: node.codeVersion,
        params: node.params,
        inputs: claim.inputs,
        checkpointKey,
        threads: claim.threads,
        ...(node.placement ? { placement: node.placement } : {}),
        gpus: { count: claim.gpus.length, indices: claim.gpus.map(({ index }) => index) },
        seedRng: seedOf(checkpointKey),
        limits: {
          memoryBytes: claim.memoryBytes,
          deadline: new Date(Date.now() + node.deadlineMs).toISOString(),
        },
        ...folders,
      };
      return { ...claim, job, teamId, isolate: node.isolate === true };
    }),
  );
}

/** The same for all attempts of one cache key, so that a retry draws what the first try drew. */
const seedOf = (key: string) => createHash("sha256").update(key).digest().readUInt32LE(0);

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
