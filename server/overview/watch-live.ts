/** Progress and new metric points of a run while it runs. Whoever watches the same run shares one reading of the rows. */

import type { NodeRunStatus, Progress } from "@/graph/run-view";
import { isTerminal } from "@/graph/status";
import { pause } from "@/server/runs/watch";
import type { Pool } from "../db";
import { SSE } from "../limits";

export type LiveNode = {
  progress: Progress | null;
  /** New or changed points since the last message. */
  points: { name: string; step: number; value: number }[];
  /** Rises when there are new log lines to read. */
  log: number;
};
export type Live = { at: string; nodes: Record<string, LiveNode> };

/** `over`: nothing more will come. */
type Reading = { live: Live; news: boolean; over: boolean };

type Pace = { since: Date; sent: string; next: Promise<Reading> | undefined };
/** One pace a run and process, kept while somebody watches. */
const paces = new WeakMap<Pool, Map<string, Pace & { watchers: number }>>();

/** Ends when the run does. Points are told by when they were written, with an overlap: a step may come twice. */
export async function* watchLive(
  pool: Pool,
  runId: string,
  { since, signal }: { since: Date; signal: AbortSignal },
): AsyncGenerator<Live> {
  const runs = paces.get(pool) ?? new Map<string, Pace & { watchers: number }>();
  paces.set(pool, runs);
  // What was before this watcher came is its own to read.
  const first = await read(pool, runId, since, "");
  const pace = runs.get(runId) ?? {
    since: new Date(first.live.at),
    sent: JSON.stringify(first.live.nodes),
    next: undefined,
    watchers: 0,
  };
  runs.set(runId, pace);
  pace.watchers++;
  try {
    if (first.news) yield first.live;
    for (let over = first.over; !over && !signal.aborted; ) {
      pace.next ??= tick(pool, runId, pace);
      const reading = await Promise.race([pace.next, aborted(signal)]);
      if (!reading) return;
      if (reading.news) yield reading.live;
      over = reading.over;
    }
  } finally {
    if (!--pace.watchers) runs.delete(runId);
  }
}

async function tick(pool: Pool, runId: string, pace: Pace): Promise<Reading> {
  try {
    await pause(SSE.liveMs);
    const reading = await read(pool, runId, pace.since, pace.sent);
    pace.since = new Date(reading.live.at);
    pace.sent = JSON.stringify(reading.live.nodes);
    return reading;
  } finally {
    pace.next = undefined;
  }
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((done) => {
    if (signal.aborted) done(undefined);
    else signal.addEventListener("abort", () => done(undefined), { once: true });
  });
}

type Row = { nodeId: string; progress: Progress | null; points: LiveNode["points"] | null; log: number };

async function read(pool: Pool, runId: string, since: Date, sent: string): Promise<Reading> {
  const { rows: clock } = await pool.query<{ now: Date; statuses: NodeRunStatus[] }>({
    name: "live-clock",
    text: `SELECT now() - interval '1 second' AS now, (SELECT array_agg(status::text) FROM "NodeRun" WHERE "runId" = $1) AS statuses`,
    values: [runId],
  });
  const { rows } = await pool.query<Row>({
    name: "live-rows",
    text: `SELECT n."nodeId", a.progress,
       (SELECT jsonb_agg(jsonb_build_object('name', m.name, 'step', m.step, 'value', m.value) ORDER BY m.step)
        FROM "MetricPoint" m WHERE m."nodeRunId" = n.id AND m.at > $2) AS points,
       (SELECT coalesce(sum(seq), 0)::float8 FROM "LogChunk" l WHERE l."nodeRunId" = n.id) AS log
     FROM "NodeRun" n JOIN "Attempt" a ON a."nodeRunId" = n.id AND a.number = n.attempt
     WHERE n."runId" = $1 AND (n.status = 'RUNNING' OR n."finishedAt" > $2)`,
    values: [runId, since],
  });
  const nodes = Object.fromEntries(
    rows.map(({ nodeId, points, ...node }) => [nodeId, { ...node, points: points ?? [] }]),
  );
  const news = rows.length > 0 && JSON.stringify(nodes) !== sent;
  const over = clock[0]!.statuses?.every(isTerminal) ?? false;
  return { live: { at: clock[0]!.now.toISOString(), nodes }, news, over };
}
