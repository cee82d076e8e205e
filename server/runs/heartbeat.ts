/** Renews the leases of a worker's attempts, all in one statement. */
import type { Pool } from "@/server/db";
import * as limits from "./limits";

export type Held = { nodeRunId: string; attempt: number; progress?: unknown; peakBytes?: number };
/** `lost`: another has it, stop and write nothing. `cancel`: a person wants it stopped. `late`: its hard deadline passed. */
export type Beat = { nodeRunId: string; attempt: number; state: "held" | "lost" | "cancel" | "late" };

export async function heartbeat(
  pool: Pool,
  workerId: string,
  held: readonly Held[],
  leaseMs: number = limits.leaseMs,
): Promise<Beat[]> {
  if (!held.length) return [];
  const { rows } = await pool.query<{ nodeRunId: string; number: number; cancel: boolean; late: boolean }>({
    name: "heartbeat",
    text: `WITH held AS (
             SELECT * FROM jsonb_to_recordset($1) AS w("nodeRunId" text, attempt int, progress jsonb, "peakBytes" int8)
           ), flight AS (
             UPDATE "Flight" f SET "leaseExpiresAt" = now() + $3 * interval '1 ms' FROM held
             WHERE f."nodeRunId" = held."nodeRunId" AND f.attempt = held.attempt
           )
           UPDATE "Attempt" a SET "heartbeatAt" = now(), "leaseExpiresAt" = now() + $3 * interval '1 ms',
             progress = coalesce(held.progress, a.progress), "peakBytes" = coalesce(held."peakBytes", a."peakBytes")
           FROM held JOIN "NodeRun" n ON n.id = held."nodeRunId" JOIN "Run" r ON r.id = n."runId"
           WHERE a."nodeRunId" = held."nodeRunId" AND a.number = held.attempt AND a."workerId" = $2
             AND a."finishedAt" IS NULL
           RETURNING a."nodeRunId", a.number, r."cancelRequestedAt" IS NOT NULL AS cancel, a."deadlineAt" < now() AS late`,
    values: [JSON.stringify(held), workerId, leaseMs],
  });
  const found = new Map(rows.map((row) => [`${row.nodeRunId}/${row.number}`, row]));
  return held.map(({ nodeRunId, attempt }) => {
    const row = found.get(`${nodeRunId}/${attempt}`);
    const state = !row ? "lost" : row.cancel ? "cancel" : row.late ? "late" : "held";
    return { nodeRunId, attempt, state };
  });
}
