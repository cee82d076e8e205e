import type { Queryable } from "../db";
import { EVENTS_CHANNEL, READY_CHANNEL } from "../runs/commit/write-decision";

/** Workers look again, and so do people who watch. */
export async function notifyQueue(db: Queryable): Promise<void> {
  await db.query("SELECT pg_notify(channel, '') FROM unnest($1::text[]) AS channel", [
    [READY_CHANNEL, EVENTS_CHANNEL],
  ]);
}
