/** Returns attempts whose worker is lost: a lease that passed, or a worker of this machine whose process is gone. */
import { hostname } from "node:os";
import type { Tx } from "@/server/db";
import { commitChanges } from "../commit/commit-changes";
import type { RunEngine } from "../commit/engine";
import * as limits from "../limits";
import type { Change } from "../protocol/decision";

const LOST = { code: "WORKER_LOST", reason: "worker-lost", values: {} } as const;

export type ReapOptions = {
  /** After a cancel, how long a lost attempt's process may still live before it is taken for gone. */
  graceMs?: number;
  /** Within this time whoever lives renews its lease: nobody loses one so soon after the database started or its clock was set. */
  renewMs?: number;
  /** A lease that ends later than this from now is an error of the clock. */
  longestLeaseMs?: number;
};

/** Returns how many attempts it took back. */
export async function reapAttempts(
  engine: RunEngine,
  { graceMs = limits.goneGraceMs, renewMs = 0, longestLeaseMs = limits.longestLeaseMs }: ReapOptions = {},
): Promise<number> {
  await shortenLeases(engine, longestLeaseMs);
  const { rows } = await engine.pool.query<{ runId: string }>({
    name: "lost-runs",
    text: `SELECT DISTINCT n."runId" FROM "Attempt" a JOIN "NodeRun" n ON n.id = a."nodeRunId"
           LEFT JOIN "Worker" w ON w.id = a."workerId"
           WHERE a."finishedAt" IS NULL AND a."leaseExpiresAt" < now()
             AND (w."stoppedAt" IS NOT NULL OR pg_postmaster_start_time() < now() - $1 * interval '1 ms')`,
    values: [renewMs],
  });
  let reaped = 0;
  for (const { runId } of rows) {
    const { accepted } = await commitChanges(engine, runId, (tx) =>
      lostAttempts(tx, runId, graceMs, renewMs),
    );
    reaped += accepted.filter(Boolean).length;
  }
  return reaped;
}

/** A lease that ends later than any can was given before the database's clock was set back: its holder may be dead since. */
async function shortenLeases({ pool }: RunEngine, longestMs: number): Promise<void> {
  const values = [longestMs, limits.leaseMs];
  for (const table of ['"Attempt"', '"Flight"'])
    await pool.query({
      name: `shorten-${table}`,
      text: `UPDATE ${table} SET "leaseExpiresAt" = now() + $2 * interval '1 ms'
             WHERE "leaseExpiresAt" > now() + $1 * interval '1 ms'${table === '"Attempt"' ? ' AND "finishedAt" IS NULL' : ""}`,
      values,
    });
}

/**
 * Attempts of cancelled runs → since when this process has seen them lost, on a clock that nobody sets: the database's may
 * have been set forward, and who lives renews its lease meanwhile.
 */
const overdue = new Map<string, number>();

/**
 * The leases are read under the run's lock and locked themselves: a heartbeat that comes in between keeps its attempt.
 * After a cancel the process must be known to be gone: its lease has passed and so has the time a job host takes to
 * notice that its worker is silent.
 */
async function lostAttempts(tx: Tx, runId: string, graceMs: number, renewMs: number): Promise<Change[]> {
  const { rows } = await tx.query<LostRow>(
    `SELECT n.id, n."nodeId", a.number, w.name AS worker, w.host, r."cancelRequestedAt" IS NOT NULL AS cancelled
     FROM "Attempt" a JOIN "NodeRun" n ON n.id = a."nodeRunId"
     JOIN "Run" r ON r.id = n."runId" LEFT JOIN "Worker" w ON w.id = a."workerId"
     WHERE n."runId" = $1 AND n.status = 'RUNNING' AND n.attempt = a.number AND a."finishedAt" IS NULL
       AND a."leaseExpiresAt" < now() - CASE WHEN r."cancelRequestedAt" IS NULL THEN 0 ELSE $2 END * interval '1 ms'
     FOR UPDATE OF a`,
    [runId, graceMs],
  );
  return rows
    .filter((row) => !row.cancelled || isGone(row, renewMs))
    .map(({ nodeId, number, worker, host }) => ({
      type: "fail",
      nodeId,
      attempt: number,
      failure: { ...LOST, values: { worker: worker ?? "", host: host ?? "" } },
    }));
}

type LostRow = {
  id: string;
  nodeId: string;
  number: number;
  worker: string | null;
  host: string | null;
  cancelled: boolean;
};

function isGone({ id, number }: LostRow, renewMs: number): boolean {
  const key = `${id}/${number}`;
  const now = performance.now();
  const since = overdue.get(key) ?? now;
  overdue.set(key, since);
  if (now - since < renewMs) return false;
  overdue.delete(key);
  return true;
}

/** A worker that starts looks for dead ones of its own machine: nobody needs to wait for their leases. */
export async function expireDeadWorkers(engine: RunEngine, isAlive: (pid: number) => boolean): Promise<void> {
  const { rows } = await engine.pool.query<{ id: string; pid: number }>(
    'SELECT id, pid FROM "Worker" WHERE host = $1 AND "stoppedAt" IS NULL',
    [hostname()],
  );
  const dead = rows.filter(({ pid }) => !isAlive(pid)).map(({ id }) => id);
  if (!dead.length) return;
  await engine.pool.query('UPDATE "Worker" SET "stoppedAt" = now() WHERE id = ANY($1)', [dead]);
  await engine.pool.query(
    `UPDATE "Attempt" SET "leaseExpiresAt" = now() - interval '1 second'
     WHERE "workerId" = ANY($1) AND "finishedAt" IS NULL AND "leaseExpiresAt" > now()`,
    [dead],
  );
}
