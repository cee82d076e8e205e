/** Reads what a decision needs, with the run's row locked. */

import type { ExecutionPlan } from "@/graph/plan/execution-plan";
import type { Pool, Queryable, Tx } from "@/server/db";
import * as limits from "../limits";
import type { NodeFailure, NodeState, Outputs, RunState } from "../protocol/decision";
import { upgradePlan } from "./upgrade-plan";

const plans = new Map<string, ExecutionPlan>();

/** A plan never changes: each process reads it once. */
export async function readPlan(db: Queryable | Pool, runId: string): Promise<ExecutionPlan> {
  const kept = plans.get(runId);
  if (kept) return kept;
  const { rows } = await db.query<{ plan: ExecutionPlan }>('SELECT plan FROM "Run" WHERE id = $1', [runId]);
  if (!rows[0]) throw new Error(`no run ${runId}`);
  const plan = upgradePlan(rows[0].plan);
  keepPlan(runId, plan);
  return plan;
}

export function keepPlan(runId: string, plan: ExecutionPlan): void {
  plans.set(runId, plan);
  for (const oldest of plans.keys()) {
    if (plans.size <= limits.keptPlans) break;
    plans.delete(oldest);
  }
}

/**
 * What a run looked like after the last change this process made, with its event number then. Every change writes
 * events: while the number in the row is the same, nothing else has changed, and the node runs need not be read again.
 */
const states = new Map<string, { seq: number; state: RunState }>();

/** To be called after the commit only: a number that was rolled back would be given out again. */
export function keepState(seq: number, state: RunState): void {
  states.delete(state.id);
  states.set(state.id, { seq, state });
  for (const oldest of states.keys()) {
    if (states.size <= limits.keptPlans) break;
    states.delete(oldest);
  }
}

export type LockedRun = { state: RunState; seq: number; now: number; quotaBytes: number | null };

type RunRow = {
  id: string;
  teamId: string;
  status: RunState["status"];
  cancelled: boolean;
  paused: boolean;
  quotaBytes: number | null;
  seq: number;
  at: Date;
};
type NodeRow = Omit<NodeState, "notBefore" | "failure" | "outputs"> & {
  notBefore: Date;
  failureCode: NodeFailure["code"] | null;
  failureReason: string | null;
  failureValues: NodeFailure["values"] | null;
  outputs: Outputs | null;
};

/**
 * Every change of a node run locks the run first: two decisions on one run never overlap. `now` is the database's,
 * `quotaBytes` what the team may store.
 */
export async function lockRun(tx: Tx, runId: string): Promise<LockedRun | undefined> {
  const { rows: runs } = await tx.query<RunRow>({
    name: "lock-run",
    text: `SELECT r.id, r."teamId", r.status, r."cancelRequestedAt" IS NOT NULL AS cancelled, r."eventSeq" AS seq,
             t."queuePausedAt" IS NOT NULL AS paused, t."quotaBytes", clock_timestamp() AS at
           FROM "Run" r JOIN "Team" t ON t.id = r."teamId" WHERE r.id = $1 FOR UPDATE OF r`,
    values: [runId],
  });
  const run = runs[0];
  if (!run) return undefined;
  const now = run.at.getTime();
  const kept = states.get(runId);
  // Pausing changes no run and writes no event.
  const { quotaBytes } = run;
  if (kept?.seq === run.seq)
    return { state: { ...kept.state, paused: run.paused }, seq: kept.seq, now, quotaBytes };
  // A statement of its own: it must see what the last holder of the lock wrote.
  const { rows } = await tx.query<NodeRow>({
    name: "load-nodes",
    text: `SELECT n.id, n."nodeId", n.status, n.attempt, n."cacheKey", n."cachedFromId", n."notBefore", n.reasons,
             n."nodeFailures", n."lostWorkers", n.unavailable, n."failureCode", n."failureReason", n."failureValues",
             (SELECT jsonb_object_agg(o.port, jsonb_build_object('id', a.id, 'digest', a.digest, 'type', a.type))
              FROM "NodeRunOutput" o JOIN "Artifact" a ON a.id = o."artifactId" WHERE o."nodeRunId" = n.id) AS outputs
           FROM "NodeRun" n WHERE n."runId" = $1 ORDER BY n.position`,
    values: [runId],
  });
  const nodes = rows.map(({ failureCode, failureReason, failureValues, ...row }) => ({
    ...row,
    notBefore: row.notBefore.getTime(),
    failure: failureCode && { code: failureCode, reason: failureReason ?? "", values: failureValues ?? {} },
    outputs: row.outputs ?? {},
  }));
  const { id, teamId, status, cancelled, paused, seq } = run;
  return { state: { id, teamId, status, cancelRequested: cancelled, paused, nodes }, seq, now, quotaBytes };
}
