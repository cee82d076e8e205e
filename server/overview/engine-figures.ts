/** Figures of the run engine over all processes and teams, counted from the rows. */
import type { Queryable } from "../db";
import { awayMs } from "../runs/limits";

type By<L extends string> = (Record<L, string> & { value: number })[];

export type EngineFigures = {
  /** Node runs that have not ended, by status and the device they need. */
  queue: By<"status" | "device">;
  workers: By<"state">;
  /** Every attempt was claimed once. */
  claims: By<"kind">;
  /** Ends of node runs. */
  ended: By<"kind" | "status">;
  /** Attempts that failed. Those that a worker lost were reaped. */
  failures: By<"code" | "reason">;
  /** Node runs that took the result of another one. */
  cacheHits: By<"kind">;
  /** Of attempts that succeeded. `counts` are cumulative, as `stepBuckets` says, without the last one. */
  steps: { kind: string; counts: number[]; count: number; seconds: number }[];
};

/** Seconds. From a no-op to a night of training. */
export const stepBuckets = [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000, 30_000];

export async function engineFigures(db: Queryable): Promise<EngineFigures> {
  const ask = async <T extends object>(name: string, text: string, values: unknown[] = []) =>
    (await db.query<T>({ name: `figures-${name}`, text, values })).rows;
  return {
    queue: await ask(
      "queue",
      `SELECT lower(n.status::text) AS status, CASE WHEN n.gpus > 0 THEN 'gpu' ELSE 'cpu' END AS device, count(*) AS value
       FROM "NodeRun" n WHERE n.status IN ('PENDING', 'READY', 'RUNNING', 'WAITING') GROUP BY 1, 2`,
    ),
    workers: await ask(
      "workers",
      `SELECT CASE WHEN "seenAt" > now() - $1 * interval '1 ms' THEN 'up' ELSE 'away' END AS state, count(*) AS value
       FROM "Worker" WHERE "stoppedAt" IS NULL AND "seenAt" > now() - interval '1 day' GROUP BY 1`,
      [awayMs],
    ),
    claims: await ask(
      "claims",
      `SELECT n.kind, count(*) AS value FROM "Attempt" a JOIN "NodeRun" n ON n.id = a."nodeRunId" GROUP BY 1`,
    ),
    ended: await ask(
      "ended",
      `SELECT kind, lower(status::text) AS status, count(*) AS value FROM "NodeRun"
       WHERE status IN ('SUCCEEDED', 'CACHED', 'FAILED', 'SKIPPED', 'CANCELLED') GROUP BY 1, 2`,
    ),
    failures: await ask(
      "failures",
      `SELECT "failureCode"::text AS code, coalesce("failureReason", '') AS reason, count(*) AS value FROM "Attempt"
       WHERE "failureCode" IS NOT NULL GROUP BY 1, 2`,
    ),
    cacheHits: await ask(
      "hits",
      `SELECT kind, count(*) AS value FROM "NodeRun" WHERE status = 'CACHED' AND "cachedFromId" IS NOT NULL GROUP BY 1`,
    ),
    steps: await ask(
      "steps",
      `SELECT kind, count(*) AS count, sum(seconds)::float8 AS seconds,
         jsonb_build_array(${stepBuckets.map((_, i) => `count(*) FILTER (WHERE seconds <= ($1::float8[])[${i + 1}])`)}) AS counts
       FROM (SELECT n.kind, extract(epoch FROM a."finishedAt" - a."startedAt")::float8 AS seconds
             FROM "Attempt" a JOIN "NodeRun" n ON n.id = a."nodeRunId"
             WHERE a."finishedAt" IS NOT NULL AND a."failureCode" IS NULL AND n.status = 'SUCCEEDED'
               AND a.number = n.attempt) s GROUP BY kind`,
      [stepBuckets],
    ),
  };
}
