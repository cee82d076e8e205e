/** What the scheduler must know, from the rows. */

import type { Placement } from "@/graph/placement";
import type { LiveTrainer } from "@/graph/trainers";
import type { Pool } from "@/server/db";
import * as limits from "../limits";
import { isDue } from "../protocol/failure-table";
import type { Queue, Waiting, WorkerState } from "../protocol/schedule";

const PRIORITY = `CASE r.priority WHEN 'LOW' THEN -1 WHEN 'HIGH' THEN 1 ELSE 0 END`;
export const RANK = `coalesce(r."queueRank", extract(epoch FROM r."createdAt")::float8)`;

export type ReadyNodes = {
  waiting: Waiting[];
  /** When the next retry becomes due; undefined when none waits. */
  dueInMs: number | undefined;
};

type ReadyRow = Omit<Waiting, "needs"> & {
  dueInMs: number;
  threads: number;
  memoryBytes: number;
  vramBytes: number;
  gpus: number;
  placement: Placement | null;
};

/** Ready nodes of teams whose queue is not paused, but for those whose key another node run is executing now. */
export async function readReady(pool: Pool): Promise<ReadyNodes> {
  const { rows } = await pool.query<ReadyRow>({
    name: "ready-nodes",
    text: `SELECT * FROM (
             SELECT n.id, n."runId", r."teamId", n.threads, n."memoryBytes", n."vramBytes", n.gpus, n.placement, n.position,
               extract(epoch FROM clock_timestamp() - n."readyAt")::float8 * 1000 AS "waitedMs",
               extract(epoch FROM n."notBefore" - clock_timestamp())::float8 * 1000 AS "dueInMs",
               ${PRIORITY} AS priority, ${RANK} AS rank,
               row_number() OVER (PARTITION BY r."teamId" ORDER BY
                 ${PRIORITY} + floor(extract(epoch FROM now() - n."readyAt") * 1000 / $1) DESC, ${RANK}, n.position) AS place
             FROM "NodeRun" n JOIN "Run" r ON r.id = n."runId" JOIN "Team" t ON t.id = r."teamId"
             WHERE n.status = 'READY' AND t."queuePausedAt" IS NULL AND NOT EXISTS (
               SELECT 1 FROM "Flight" f
               WHERE f."cacheKey" = n."cacheKey" AND f."nodeRunId" <> n.id AND f."leaseExpiresAt" > now())
           ) ready WHERE place <= $2`,
    values: [limits.ageingMs, limits.queueWindow],
  });
  const later = rows.filter(({ dueInMs }) => !isDue(dueInMs)).map(({ dueInMs }) => dueInMs);
  const waiting = rows
    .filter(({ dueInMs }) => isDue(dueInMs))
    .map(({ dueInMs: _, threads, memoryBytes, vramBytes, gpus, placement, ...row }) => ({
      ...row,
      needs: { threads, memoryBytes, vramBytes, gpus, ...(placement ? { placement } : {}) },
    }));
  return { waiting, dueInMs: later.length ? Math.min(...later) : undefined };
}

type WorkerRow = {
  id: string;
  threads: number;
  memoryBytes: number;
  gpus: { vramBytes: number }[];
  arch: string;
  trainers: LiveTrainer[];
  reserves: string | null;
};
type RunningRow = {
  workerId: string;
  teamId: string;
  threads: number;
  memoryBytes: number;
  vramBytes: number;
  gpus: number;
};

/** Who else works, and at what. */
export async function readAround(pool: Pool, teams: number): Promise<Omit<Queue, "waiting">> {
  const [workers, running, usage] = await Promise.all([
    readWorkers(pool),
    readRunning(pool),
    readUsage(pool, teams),
  ]);
  return { workers, running, usage };
}

export async function readWorkers(pool: Pool): Promise<WorkerState[]> {
  const { rows } = await pool.query<WorkerRow>({
    name: "workers-up",
    text: `SELECT id, threads, "memoryBytes", gpus, arch, trainers, reserves FROM "Worker"
           WHERE "stoppedAt" IS NULL AND "seenAt" > now() - $1 * interval '1 ms'`,
    values: [limits.awayMs],
  });
  return rows.map(({ id, threads, memoryBytes, gpus, arch, trainers, reserves }) => ({
    id,
    total: { threads, memoryBytes, vram: gpus.map(({ vramBytes }) => vramBytes), trains: { arch, trainers } },
    reserves,
  }));
}

async function readRunning(pool: Pool): Promise<Queue["running"]> {
  const { rows } = await pool.query<RunningRow>({
    name: "running-now",
    text: `SELECT a."workerId", r."teamId", n.threads, n."memoryBytes", n."vramBytes", n.gpus
           FROM "Attempt" a JOIN "NodeRun" n ON n.id = a."nodeRunId" JOIN "Run" r ON r.id = n."runId"
           WHERE a."finishedAt" IS NULL`,
  });
  return rows.map(({ workerId, teamId, ...needs }) => ({ workerId, teamId, needs }));
}

let usage: { of: Pool; at: number; byTeam: Record<string, number> } | undefined;

/** What was just given out counts at once, as a second of each thread, until usage is read again: teams take turns meanwhile. */
export function noteClaim({ teamId, needs }: Pick<Waiting, "teamId" | "needs">): void {
  if (usage) usage.byTeam[teamId] = (usage.byTeam[teamId] ?? 0) + needs.threads;
}

/** Only decides between teams: one alone needs none. */
async function readUsage(pool: Pool, teams: number): Promise<Record<string, number>> {
  if (teams < 2) return {};
  if (usage?.of === pool && Date.now() - usage.at < limits.usageEveryMs) return usage.byTeam;
  const { rows } = await pool.query<{ teamId: string; seconds: number }>({
    name: "usage",
    text: `SELECT r."teamId", sum(n.threads * extract(epoch FROM
             coalesce(a."finishedAt", now()) - greatest(a."startedAt", now() - interval '1 hour')))::float8 AS seconds
           FROM "Attempt" a JOIN "NodeRun" n ON n.id = a."nodeRunId" JOIN "Run" r ON r.id = n."runId"
           WHERE a."finishedAt" IS NULL OR a."finishedAt" > now() - interval '1 hour' GROUP BY r."teamId"`,
  });
  const byTeam = Object.fromEntries(rows.map(({ teamId, seconds }) => [teamId, seconds]));
  usage = { of: pool, at: Date.now(), byTeam };
  return byTeam;
}
