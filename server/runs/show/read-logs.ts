/** The log of a node run. A cached node shows the log of the run that made its result. */
import type { Values } from "@/graph/problems";
import type { Pool } from "@/server/db";
import * as limits from "../limits";

export type LogLine = {
  attempt: number;
  /** Counts up within an attempt, from 1. */
  seq: number;
  at: string;
  level: "info" | "warn" | "error";
  message: string;
  values?: Values;
};
export type LogPage = { lines: LogLine[]; next: { attempt: number; seq: number } | undefined };

/** Lines after `after`, oldest first; `next` is where to go on, also when there may be more later. */
export async function readLogs(
  pool: Pool,
  teamId: string,
  runId: string,
  nodeId: string,
  after: { attempt: number; seq: number } = { attempt: 0, seq: 0 },
): Promise<LogPage> {
  const { rows } = await pool.query<{
    attempt: number;
    seq: number;
    lines: Omit<LogLine, "attempt" | "seq">[];
  }>(
    `SELECT c.attempt, c.seq, c.lines FROM "NodeRun" n JOIN "Run" r ON r.id = n."runId"
     JOIN "LogChunk" c ON c."nodeRunId" = coalesce(n."cachedFromId", n.id)
     WHERE r."teamId" = $1 AND n."runId" = $2 AND n."nodeId" = $3
       AND (c.attempt, c.seq + jsonb_array_length(c.lines) - 1) > ($4, $5)
     ORDER BY c.attempt, c.seq LIMIT $6`,
    [teamId, runId, nodeId, after.attempt, after.seq, limits.logLines],
  );
  const all = rows.flatMap(({ attempt, seq, lines }) =>
    lines.map((line, i) => ({ ...line, attempt, seq: seq + i })),
  );
  const fresh = all.filter((line) => line.attempt > after.attempt || line.seq > after.seq);
  const lines = fresh.slice(0, limits.logLines);
  const last = lines.at(-1);
  return { lines, next: last ? { attempt: last.attempt, seq: last.seq } : undefined };
}
