/** What a team has in the queue, in the order in which it is served. */
import type { RunPriority } from "@/generated/prisma/enums";
import type { Placement } from "@/graph/placement";
import type { RunStatus } from "@/graph/run-view";
import { RANK, readWorkers } from "@/server/runs/attempts";
import { couldHold, hasGpus, type Needs } from "@/server/runs/protocol";
import type { Pool } from "../db";

/** Why a run whose nodes are ready does not go on. */
export type QueueWait =
  | { for: "worker" }
  | { for: "gpu"; gpus: number; vramBytes: number }
  /** The engine that it was planned for: its result would be another one elsewhere. */
  | ({ for: "engine" } & Pick<Placement, "engine" | "backend" | "version" | "device">)
  /** A worker lets nothing by until there is room for it. */
  | { for: "room"; worker: string };

export type QueuedRun = {
  id: string;
  number: number;
  graph: { id: string; name: string };
  status: RunStatus;
  priority: RunPriority;
  /** Nodes that could start, that run, and that have not ended. */
  ready: number;
  running: number;
  left: number;
  /** Seconds that the nodes left are expected to take, those that run counted from their start. */
  seconds: number;
  waits: QueueWait | null;
};
export type QueueListed = {
  pausedAt: Date | null;
  runs: QueuedRun[];
  /** Runs of other teams with something to start. */
  others: number;
};

type Row = Omit<QueuedRun, "graph" | "waits"> & {
  graphId: string;
  graphName: string;
  needs: (Omit<Needs, "placement"> & { id: string; placement: Placement | null })[];
};

/** The order in which the scheduler takes the runs of a team. */
export const IN_TURN = `r.priority DESC, ${RANK}, r.id`;

export async function listQueue(pool: Pool, teamId: string): Promise<QueueListed> {
  const [runs, around, workers, names] = await Promise.all([
    pool.query<Row>(
      `SELECT r.id, r.number, r.status, r.priority, g.id AS "graphId", g.name AS "graphName",
         count(*) FILTER (WHERE n.status = 'READY')::int AS ready,
         count(*) FILTER (WHERE n.status = 'RUNNING')::int AS running,
         count(*) FILTER (WHERE n.status IN ('PENDING', 'READY', 'RUNNING', 'WAITING'))::int AS left,
         coalesce(sum(CASE WHEN n.status IN ('PENDING', 'READY', 'WAITING') THEN n."expectedSeconds"
           WHEN n.status = 'RUNNING' THEN greatest(0, n."expectedSeconds" - extract(epoch FROM now() - n."startedAt")) END), 0)::float8 AS seconds,
         coalesce(jsonb_agg(jsonb_build_object('id', n.id, 'threads', n.threads, 'memoryBytes', n."memoryBytes",
           'vramBytes', n."vramBytes", 'gpus', n.gpus, 'placement', n.placement)) FILTER (WHERE n.status = 'READY'), '[]') AS needs
       FROM "Run" r JOIN "Graph" g ON g.id = r."graphId" JOIN "NodeRun" n ON n."runId" = r.id
       WHERE r."teamId" = $1 AND r.status IN ('QUEUED', 'RUNNING') AND r."cancelRequestedAt" IS NULL
       GROUP BY r.id, g.id ORDER BY ${IN_TURN}`,
      [teamId],
    ),
    pool.query<{ pausedAt: Date | null; others: number }>(
      `SELECT t."queuePausedAt" AS "pausedAt",
         (SELECT count(DISTINCT n."runId")::int FROM "NodeRun" n JOIN "Run" r ON r.id = n."runId"
          WHERE n.status = 'READY' AND r."teamId" <> t.id) AS others
       FROM "Team" t WHERE t.id = $1`,
      [teamId],
    ),
    readWorkers(pool),
    pool.query<{ id: string; name: string }>('SELECT id, name FROM "Worker" WHERE reserves IS NOT NULL'),
  ]);
  const nameOf = new Map(names.rows.map(({ id, name }) => [id, name]));
  const waitOf = (rows: Row["needs"]): QueueWait | null => {
    if (!rows.length) return null;
    if (!workers.length) return { for: "worker" };
    const needs = rows.map(({ placement, ...rest }) => ({ ...rest, ...(placement ? { placement } : {}) }));
    const homeless = needs.find((one) => !workers.some(({ total }) => couldHold(total, one)));
    if (homeless)
      return missing(
        homeless,
        workers.some(({ total }) => hasGpus(total, homeless)),
      );
    const worker = workers.find(({ reserves }) => needs.some(({ id }) => id === reserves));
    return worker ? { for: "room", worker: nameOf.get(worker.id) ?? "" } : null;
  };
  return {
    pausedAt: around.rows[0]?.pausedAt ?? null,
    others: around.rows[0]?.others ?? 0,
    runs: runs.rows.map(({ graphId, graphName, needs, ...run }) => ({
      ...run,
      graph: { id: graphId, name: graphName },
      waits: waitOf(needs),
    })),
  };
}

/** What no worker that is up has. */
function missing({ gpus, vramBytes, placement }: Needs, gpusFit: boolean): QueueWait {
  if (!gpusFit || !placement) return { for: "gpu", gpus, vramBytes };
  const { engine, backend, version, device } = placement;
  return { for: "engine", engine, backend, version, device };
}
