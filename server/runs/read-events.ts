/** The event stream of a run: everything after a sequence number, then live. */
import type { RunEventView } from "@/graph/run-view";
import type { Pool } from "@/server/db";
import * as limits from "./limits";
import type { Listener } from "./listener";
import { EVENTS_CHANNEL } from "./write";

/** A page of events after `seq`. */
export async function readEvents(pool: Pool, runId: string, after = 0): Promise<RunEventView[]> {
  const { rows } = await pool.query<Omit<RunEventView, "at"> & { at: Date }>({
    name: "read-events",
    text: `SELECT seq, at, type, "nodeId", payload FROM "RunEvent" WHERE "runId" = $1 AND seq > $2 ORDER BY seq LIMIT $3`,
    values: [runId, after, limits.eventsPage],
  });
  return rows.map((row) => ({ ...row, at: row.at.toISOString() }));
}

const ENDS = new Set(["run.succeeded", "run.failed", "run.cancelled"]);
/** After this event the run changes no more. */
export const isLastEvent = ({ type }: RunEventView): boolean => ENDS.has(type);

/** Yields pages until the run is over or the signal aborts. The listener is attached before the first read, so nothing falls between. */
export async function* followEvents(
  { pool, listener }: { pool: Pool; listener: Listener },
  runId: string,
  after = 0,
  signal?: AbortSignal,
): AsyncGenerator<RunEventView[]> {
  let wake = () => {};
  let woken = false;
  const stir = () => {
    woken = true;
    wake();
  };
  const off = listener.on(EVENTS_CHANNEL, (payload) => (payload === runId || !payload) && stir());
  signal?.addEventListener("abort", stir);
  try {
    for (let seq = after; !signal?.aborted; ) {
      woken = false;
      const events = await readEvents(pool, runId, seq);
      if (events.length) {
        yield events;
        seq = events.at(-1)!.seq;
        if (events.some(isLastEvent)) return;
        continue;
      }
      if (woken) continue;
      await new Promise<void>((done) => {
        const timer = setTimeout(done, limits.eventPollMs);
        wake = () => {
          clearTimeout(timer);
          done();
        };
        if (woken) wake();
      });
      wake = () => {};
    }
  } finally {
    off();
    signal?.removeEventListener("abort", stir);
  }
}
