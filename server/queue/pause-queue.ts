import { type Pool, transaction } from "../db";
import { notifyQueue } from "./notify-queue";

/** While paused nothing of the team is started; what runs goes on. */
export function pauseQueue(pool: Pool, teamId: string, paused: boolean): Promise<void> {
  return transaction(pool, async (tx) => {
    await tx.query(
      `UPDATE "Team" SET "queuePausedAt" = CASE WHEN $2 THEN coalesce("queuePausedAt", now()) END WHERE id = $1`,
      [teamId, paused],
    );
    await notifyQueue(tx);
  });
}
