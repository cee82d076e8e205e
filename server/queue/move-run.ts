import { RANK } from "@/server/runs/attempts";
import { type Pool, transaction } from "../db";
import { IN_TURN } from "./list-queue";
import { notifyQueue } from "./notify-queue";
import { movedPlace, type Place } from "./place";

/** Puts a run before another one of its team's queue, or last. False when either has left the queue meanwhile. */
export function moveRun(pool: Pool, teamId: string, id: string, before: string | null): Promise<boolean> {
  return transaction(pool, async (tx) => {
    // Two people who move runs of one team come one after the other.
    await tx.query('SELECT 1 FROM "Team" WHERE id = $1 FOR NO KEY UPDATE', [teamId]);
    const { rows } = await tx.query<Place>(
      `SELECT r.id, r.priority, ${RANK} AS rank FROM "Run" r
       WHERE r."teamId" = $1 AND r.status IN ('QUEUED', 'RUNNING') AND r."cancelRequestedAt" IS NULL ORDER BY ${IN_TURN}`,
      [teamId],
    );
    const place = movedPlace(rows, id, before);
    if (!place) return false;
    await tx.query('UPDATE "Run" SET priority = $2, "queueRank" = $3 WHERE id = $1', [
      id,
      place.priority,
      place.rank,
    ]);
    await notifyQueue(tx);
    return true;
  });
}
