import type { RunPriority } from "@/generated/prisma/enums";
import { type Pool, transaction } from "../db";
import { notifyQueue } from "./notify-queue";

/** The run goes to its place by time among those of the priority. False when the team has no such run in its queue. */
export function setPriority(pool: Pool, teamId: string, id: string, priority: RunPriority): Promise<boolean> {
  return transaction(pool, async (tx) => {
    const { rowCount } = await tx.query(
      `UPDATE "Run" SET priority = $3, "queueRank" = NULL
       WHERE id = $1 AND "teamId" = $2 AND status IN ('QUEUED', 'RUNNING')`,
      [id, teamId, priority],
    );
    await notifyQueue(tx);
    return rowCount === 1;
  });
}
