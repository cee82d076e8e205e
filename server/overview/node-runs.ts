/** Runs of a graph in which one node really ran: what its curves can be laid over. */
import type { Pool } from "../db";

export type NodeRunRef = {
  id: string;
  number: number;
  finishedAt: string | null;
  params: Record<string, unknown>;
};

type NodeRuns = {
  teamId: string;
  graphId: string;
  nodeId: string;
  /** The run that is looked at already. */
  not?: string | undefined;
  limit: number;
};

/** Newest first. Runs that only reused a result are left out: their curves are those of the run that made it. */
export async function nodeRuns(
  pool: Pool,
  { teamId, graphId, nodeId, not, limit }: NodeRuns,
): Promise<NodeRunRef[]> {
  const { rows } = await pool.query<NodeRunRef>(
    `SELECT r.id, r.number, n."finishedAt", n.params FROM "NodeRun" n JOIN "Run" r ON r.id = n."runId"
     WHERE r."teamId" = $1 AND r."graphId" = $2 AND n."nodeId" = $3 AND n.status = 'SUCCEEDED' AND r.id <> coalesce($5, '')
     ORDER BY r.number DESC LIMIT $4`,
    [teamId, graphId, nodeId, limit, not ?? null],
  );
  return rows;
}
