/** How a node went in each run of its graph that had it, newest first: its own status and time, not those of the run. */
import type { NodeRunStatus } from "@/graph/run-view";
import type { Pool } from "../db";

export type NodePast = {
  /** Of the run. */
  id: string;
  number: number;
  smoke: boolean;
  createdAt: Date;
  who: string | null;
  status: NodeRunStatus;
  /** Null where it did not run, or has not ended. */
  seconds: number | null;
};

type Ask = { teamId: string; graphId: string; nodeId: string; limit: number };

export async function nodeHistory(pool: Pool, { teamId, graphId, nodeId, limit }: Ask): Promise<NodePast[]> {
  const { rows } = await pool.query<NodePast>(
    `SELECT r.id, r.number, r.smoke, r."createdAt", coalesce(u.name, r.who) AS who, n.status,
       extract(epoch FROM n."finishedAt" - n."startedAt")::float8 AS seconds
     FROM "NodeRun" n JOIN "Run" r ON r.id = n."runId" LEFT JOIN "User" u ON u.id = r."createdById"
     WHERE r."teamId" = $1 AND r."graphId" = $2 AND n."nodeId" = $3 ORDER BY r.number DESC LIMIT $4`,
    [teamId, graphId, nodeId, limit],
  );
  return rows;
}
