import { hostname } from "node:os";
import type { Pool } from "../db";

export type WorkerListed = {
  id: string;
  name: string;
  host: string;
  /** On the machine that the web app runs on. */
  here: boolean;
  up: boolean;
  seenAt: Date;
  threads: number;
  usedThreads: number;
  memoryBytes: number;
  usedBytes: number;
  gpus: { name: string; vramBytes: number }[];
  usedVramBytes: number;
  /** What it works on for the team: graph and run number. */
  work: { runId: string; graph: string; number: number }[];
  /** How many runs of other teams it works on. */
  others: number;
};

/** Silent for longer than this and it is away: twenty heartbeats. */
const AWAY = "60 seconds";

/** Those that are up, and those that went away within a day. */
export async function listWorkers(pool: Pool, teamId: string): Promise<WorkerListed[]> {
  const { rows } = await pool.query<Omit<WorkerListed, "here">>(
    `SELECT w."id", w."name", w."host", w."seenAt", w."threads", w."memoryBytes", w."gpus",
            (w."stoppedAt" IS NULL AND w."seenAt" > now() - interval '${AWAY}') AS "up",
            coalesce(sum(n."threads"), 0)::int AS "usedThreads", coalesce(sum(n."memoryBytes"), 0)::float8 AS "usedBytes",
            coalesce(sum(n."vramBytes" * n.gpus), 0)::float8 AS "usedVramBytes",
            coalesce(jsonb_agg(DISTINCT jsonb_build_object('runId', r."id", 'graph', g."name", 'number', r."number"))
              FILTER (WHERE r."teamId" = $1), '[]') AS "work",
            count(DISTINCT r."id") FILTER (WHERE r."teamId" <> $1)::int AS "others"
     FROM "Worker" w
     LEFT JOIN "Attempt" a ON a."workerId" = w."id" AND a."finishedAt" IS NULL
     LEFT JOIN "NodeRun" n ON n."id" = a."nodeRunId" AND n."attempt" = a."number" AND n."status" = 'RUNNING'
     LEFT JOIN "Run" r ON r."id" = n."runId" LEFT JOIN "Graph" g ON g."id" = r."graphId"
     WHERE (w."stoppedAt" IS NULL AND w."seenAt" > now() - interval '1 day')
     GROUP BY w."id" ORDER BY "up" DESC, w."name", w."startedAt" DESC`,
    [teamId],
  );
  // A worker that was started again under its name replaces the one that is away.
  return rows
    .filter((worker, i) => worker.up || !rows.slice(0, i).some((other) => other.name === worker.name))
    .map((worker) => ({ ...worker, here: worker.host === hostname() }));
}
