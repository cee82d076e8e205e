/** The log of a node run. A cached node shows the log of the run that made its result. */
import type { Values } from "@/graph/problems";
import { failureSentence, logSentence } from "@/messages/words";
import type { Pool } from "@/server/db";
import * as limits from "../limits";

export type LogLine = {
  attempt: number;
  /** Counts up within an attempt, from 1. */
  seq: number;
  at: string;
  level: "info" | "warn" | "error";
  /** In English; `code` and `values` make it in another language, but for `text`, which has none. */
  message: string;
  code: string;
  values?: Values;
  /** Of code `failed`. */
  failure?: { kind: string; reason: string; values: Values };
};
/** As it is stored. Versions before this one stored the sentence. */
type StoredLine = Pick<LogLine, "at" | "level"> & { values?: Record<string, unknown> } & (
    | { message: string }
    | { code: string }
  );
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
    kind: string;
    lines: StoredLine[];
  }>(
    `SELECT c.attempt, c.seq, n.kind, c.lines FROM "NodeRun" n JOIN "Run" r ON r.id = n."runId"
     JOIN "LogChunk" c ON c."nodeRunId" = coalesce(n."cachedFromId", n.id)
     WHERE r."teamId" = $1 AND n."runId" = $2 AND n."nodeId" = $3
       AND (c.attempt, c.seq + jsonb_array_length(c.lines) - 1) > ($4, $5)
     ORDER BY c.attempt, c.seq LIMIT $6`,
    [teamId, runId, nodeId, after.attempt, after.seq, limits.logLines],
  );
  const all = rows.flatMap(({ attempt, seq, kind, lines }) =>
    lines.map((line, i) => ({ ...showLine(kind, line), attempt, seq: seq + i })),
  );
  const fresh = all.filter((line) => line.attempt > after.attempt || line.seq > after.seq);
  const lines = fresh.slice(0, limits.logLines);
  const last = lines.at(-1);
  return { lines, next: last ? { attempt: last.attempt, seq: last.seq } : undefined };
}

function showLine(kind: string, line: StoredLine): Omit<LogLine, "attempt" | "seq"> {
  const { at, level } = line;
  if ("message" in line)
    return {
      at,
      level,
      message: line.message,
      code: "text",
      ...(line.values ? { values: line.values as Values } : {}),
    };
  const { code } = line;
  const values = (line.values ?? {}) as Values;
  if (code === "failed") {
    const failure = line.values as NonNullable<LogLine["failure"]>;
    return {
      at,
      level,
      message: failureSentence(failure.reason, failure.values, failure.kind),
      code,
      failure,
    };
  }
  const { text, ...rest } = values;
  const others = code === "text" ? rest : values;
  const message = logSentence(code, values, kind);
  return { at, level, message, code, ...(Object.keys(others).length ? { values: others } : {}) };
}
