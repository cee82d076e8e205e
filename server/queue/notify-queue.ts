import { EVENTS_CHANNEL, READY_CHANNEL } from "@/server/runs/commit";
import type { Queryable } from "../db";

/** Workers look again, and so do people who watch. */
export async function notifyQueue(db: Queryable): Promise<void> {
  await db.query("SELECT pg_notify(channel, '') FROM unnest($1::text[]) AS channel", [
    [READY_CHANNEL, EVENTS_CHANNEL],
  ]);
}
