/** The event stream of a run: everything after a sequence number, then live. */
import type { RunEventView } from "@/graph/run-view";
import { type Pool, patiently } from "@/server/db";
import { END_EVENTS } from "../commit/write-decision";
import * as limits from "../limits";
import type { Listener } from "./listener";
import { pause } from "./notifications";
import { watchEvents } from "./watch-events";

/** A page of events after `seq`. */
export async function readEvents(pool: Pool, runId: string, after = 0): Promise<RunEventView[]> {
  const { rows } = await pool.query<Omit<RunEventView, "at"> & { at: Date }>({
    name: "read-events",
    text: `SELECT seq, at, type, "nodeId", payload FROM "RunEvent" WHERE "runId" = $1 AND seq > $2 ORDER BY seq LIMIT $3`,
    values: [runId, after, limits.eventsPage],
  });
  return rows.map((row) => ({ ...row, at: row.at.toISOString() }));
}

/** After this event the run changes no more. */
export const isLastEvent = ({ type }: RunEventView): boolean => END_EVENTS.has(type);

/** Yields pages until the run is over or the signal aborts: every event after `after`, in order, once. */
export async function* followEvents(
  { pool, listener }: { pool: Pool; listener: Listener },
  runId: string,
  after = 0,
  signal?: AbortSignal,
): AsyncGenerator<RunEventView[]> {
  const watch = watchEvents(listener, runId, (seq) => readEvents(pool, runId, seq));
  try {
    for (let seq = after; !signal?.aborted; ) {
      const { revision } = watch;
      // While the database is away the stream waits; it has its place.
      const events = await patiently(
        () => watch.read(seq),
        () => signal?.aborted ?? false,
      );
      if (!events.length) {
        await watch.next(revision, limits.eventPollMs, signal);
        continue;
      }
      yield events;
      seq = events.at(-1)!.seq;
      if (events.some(isLastEvent)) return;
      // What changes meanwhile comes as one page: a run of quick nodes is not read once for each of them.
      if (events.length < limits.eventsPage) await pause(limits.eventPaceMs, signal);
    }
  } finally {
    watch.leave();
  }
}
