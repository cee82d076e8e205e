/**
 * Renews the leases of a worker's attempts, all in one statement. It waits for no lock: a row that a transaction holds is
 * just being finished or taken back, and who waits for several rows in another order than others do meets them in a deadlock.
 */
import type { Pool } from "@/server/db";
import { jsonParam } from "@/server/storable";
import * as limits from "../limits";

export type Held = {
  nodeRunId: string;
  attempt: number;
  progress?: unknown;
  peakBytes?: number;
  externalId?: string | null;
};
/** `lost`: another has it, stop and write nothing. `cancel`: a person wants it stopped. `late`: its hard deadline passed. */
export type Beat = {
  nodeRunId: string;
  attempt: number;
  state: "held" | "lost" | "cancel" | "late";
  /** False for a row that somebody else held: the next beat renews it. */
  renewed: boolean;
};

export async function heartbeat(
  pool: Pool,
  workerId: string,
  held: readonly Held[],
  leaseMs: number = limits.leaseMs,
): Promise<Beat[]> {
  if (!held.length) return [];
  const { rows } = await pool.query<{
    nodeRunId: string;
    number: number;
    cancel: boolean;
    late: boolean;
    renewed: boolean;
  }>({
    name: "heartbeat",
    text: `WITH held AS (
             SELECT * FROM jsonb_to_recordset($1) AS w("nodeRunId" text, attempt int, progress jsonb, "peakBytes" int8, "externalId" text)
           ), mine AS (
             SELECT a."nodeRunId", a.number FROM held JOIN "Attempt" a
               ON a."nodeRunId" = held."nodeRunId" AND a.number = held.attempt
             WHERE a."workerId" = $2 AND a."finishedAt" IS NULL FOR UPDATE OF a SKIP LOCKED
           ), beat AS (
             UPDATE "Attempt" a SET "heartbeatAt" = now(), "leaseExpiresAt" = now() + $3 * interval '1 ms',
               progress = coalesce(held.progress, a.progress), "peakBytes" = coalesce(held."peakBytes", a."peakBytes"),
               "externalId" = coalesce(held."externalId", a."externalId")
             FROM mine JOIN held ON held."nodeRunId" = mine."nodeRunId" AND held.attempt = mine.number
             WHERE a."nodeRunId" = mine."nodeRunId" AND a.number = mine.number
           ), flying AS (
             SELECT f."cacheKey" FROM held JOIN "Flight" f
               ON f."nodeRunId" = held."nodeRunId" AND f.attempt = held.attempt FOR UPDATE OF f SKIP LOCKED
           ), flight AS (
             UPDATE "Flight" f SET "leaseExpiresAt" = now() + $3 * interval '1 ms' FROM flying
             WHERE f."cacheKey" = flying."cacheKey"
           )
           SELECT a."nodeRunId", a.number, r."cancelRequestedAt" IS NOT NULL AS cancel, a."deadlineAt" < now() AS late,
             EXISTS (SELECT 1 FROM mine WHERE mine."nodeRunId" = a."nodeRunId") AS renewed
           FROM held JOIN "Attempt" a ON a."nodeRunId" = held."nodeRunId" AND a.number = held.attempt
             JOIN "NodeRun" n ON n.id = a."nodeRunId" JOIN "Run" r ON r.id = n."runId"
           WHERE a."workerId" = $2 AND a."finishedAt" IS NULL`,
    values: [jsonParam(held), workerId, leaseMs],
  });
  const found = new Map(rows.map((row) => [`${row.nodeRunId}/${row.number}`, row]));
  return held.map(({ nodeRunId, attempt }) => {
    const row = found.get(`${nodeRunId}/${attempt}`);
    const state = !row ? "lost" : row.cancel ? "cancel" : row.late ? "late" : "held";
    return { nodeRunId, attempt, state, renewed: row?.renewed ?? false };
  });
}
