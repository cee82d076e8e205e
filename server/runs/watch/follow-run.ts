/** What a page hears of a run: state changes without a gap and, beside them, progress and points. One stream, so one pace. */
import { byName } from "@/graph/by-name";
import type { RunEventView } from "@/graph/run-view";
import type { Pool } from "../../db";
import { SSE } from "../../limits";
import { type Live, watchLive } from "../../overview/watch-live";
import type { Listener } from "./listener";
import { pause } from "./notifications";
import { followEvents } from "./read-events";

/** `live` is null when nothing moved but states. */
export type RunNews = { events: RunEventView[]; live: Live | null };
/** Where a reader is: the last event it has, and until when it knows progress and points. */
export type Place = { seq: number; since: Date };

export const writePlace = ({ seq, since }: Place): string => `${seq} ${since.toISOString()}`;

/** A reader without a place gets every event, and progress from a moment ago. */
export function readPlace(text: string | null | undefined): Place {
  const [, seq, at] = /^(\d+) (\S+)$/.exec(text ?? "") ?? [];
  const since = new Date(at ?? Number.NaN);
  const moment = Number.isNaN(since.getTime()) ? new Date(Date.now() - SSE.liveOverlapMs) : since;
  return { seq: Number(seq ?? 0), since: moment };
}

/** Until the run is over or the signal aborts; at once when something is new, and then a second apart. */
export async function* followRun(
  from: { pool: Pool; listener: Listener },
  runId: string,
  { seq, since }: Place,
  signal: AbortSignal,
): AsyncGenerator<RunNews & { place: Place }> {
  const left = new AbortController();
  const both = AbortSignal.any([signal, left.signal]);
  const inbox = new Inbox();
  const sources = [
    pour(followEvents(from, runId, seq, both), (events) => inbox.put({ events, live: null })),
    pour(watchLive(from.pool, runId, { since, signal: both }), (live) => inbox.put({ events: [], live })),
  ];
  void Promise.all(sources).then(
    () => inbox.close(),
    (error) => inbox.close(error),
  );
  let place: Place = { seq, since };
  try {
    for (let news = await inbox.take(); news; news = await inbox.take()) {
      place = {
        seq: news.events.at(-1)?.seq ?? place.seq,
        since: news.live ? new Date(news.live.at) : place.since,
      };
      yield { ...news, place };
      await pause(SSE.coalesceMs, signal);
    }
  } finally {
    left.abort();
  }
}

async function pour<T>(source: AsyncIterable<T>, put: (one: T) => void): Promise<void> {
  for await (const one of source) put(one);
}

/** What came since it was emptied last. */
class Inbox {
  private news: RunNews | undefined;
  private closed: { error?: unknown } | undefined;
  private wake = () => {};

  put({ events, live }: RunNews): void {
    const before = this.news ?? { events: [], live: null };
    this.news = { events: [...before.events, ...events], live: merge(before.live, live) };
    this.wake();
  }

  close(error?: unknown): void {
    this.closed = error === undefined ? {} : { error };
    this.wake();
  }

  /** Waits for something; undefined when nothing more will come. */
  async take(): Promise<RunNews | undefined> {
    if (!this.news && !this.closed)
      await new Promise<void>((done) => {
        this.wake = done;
      });
    const { news } = this;
    this.news = undefined;
    if (!news && this.closed && "error" in this.closed) throw this.closed.error;
    return news;
  }
}

function merge(before: Live | null, after: Live | null): Live | null {
  if (!before || !after) return after ?? before;
  const nodes = byName(Object.entries(before.nodes));
  for (const [id, node] of Object.entries(after.nodes))
    nodes[id] = { ...node, points: [...(nodes[id]?.points ?? []), ...node.points] };
  return { at: after.at, nodes };
}
