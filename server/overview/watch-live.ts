/** Progress and new metric points of a run while it runs. */

import type { NodeRunStatus, Progress } from "@/graph/run-view";
import { isTerminal } from "@/graph/status";
import { pause } from "../bell";
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

type Row = { nodeId: string; progress: Progress | null; points: LiveNode["points"] | null; log: number };

/** Ends when the run does. Points are told by when they were written, with an overlap: a step may come twice. */
export async function* watchLive(
  pool: Pool,
  runId: string,
  { since: from, signal }: { since: Date; signal: AbortSignal },
): AsyncGenerator<Live> {
  let since = from;
  let told = "";
  while (!signal.aborted) {
    const { rows: clock } = await pool.query<{ now: Date; statuses: NodeRunStatus[] }>(
      `SELECT now() - interval '1 second' AS now, (SELECT array_agg(status::text) FROM "NodeRun" WHERE "runId" = $1) AS statuses`,
      [runId],
    );
    const { rows } = await pool.query<Row>(
      `SELECT n."nodeId", a.progress,
         (SELECT jsonb_agg(jsonb_build_object('name', m.name, 'step', m.step, 'value', m.value) ORDER BY m.step)
          FROM "MetricPoint" m WHERE m."nodeRunId" = n.id AND m.at > $2) AS points,
         (SELECT coalesce(sum(seq), 0)::float8 FROM "LogChunk" l WHERE l."nodeRunId" = n.id) AS log
       FROM "NodeRun" n JOIN "Attempt" a ON a."nodeRunId" = n.id AND a.number = n.attempt
       WHERE n."runId" = $1 AND (n.status = 'RUNNING' OR n."finishedAt" > $2)`,
      [runId, since],
    );
    const nodes = Object.fromEntries(
      rows.map(({ nodeId, points, ...node }) => [nodeId, { ...node, points: points ?? [] }]),
    );
    const news = JSON.stringify(nodes);
    if (news !== told && rows.length) yield { at: clock[0]!.now.toISOString(), nodes };
    told = news;
    since = clock[0]!.now;
    if (clock[0]!.statuses?.every(isTerminal)) return;
    await pause(SSE.liveMs, signal);
  }
}
