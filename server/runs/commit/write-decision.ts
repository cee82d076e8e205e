/** Writes a decision: one statement for all of it, whatever its size. The commit says whether it held. */
import { send, type Tx } from "@/server/db";
import { jsonParam } from "@/server/storable";
import type { Writes } from "../protocol/decision";

/** Wakes event streams (payload: the run) and workers (payload: empty, or the run that is being cancelled). */
export const EVENTS_CHANNEL = "telar_events";
export const READY_CHANNEL = "telar_ready";
export const CANCEL_CHANNEL = "telar_cancel";

/** After one of these a run changes no more. */
export const END_EVENTS: ReadonlySet<string> = new Set(["run.succeeded", "run.failed", "run.cancelled"]);

const STATEMENT = `
WITH node AS (
  UPDATE "NodeRun" n SET status = w.status, attempt = w.attempt, "cacheKey" = w."cacheKey",
    "cachedFromId" = w."cachedFromId", "nodeFailures" = w."nodeFailures", "lostWorkers" = w."lostWorkers",
    unavailable = w.unavailable, "notBefore" = to_timestamp(w."notBefore" / 1000.0), reasons = w.reasons,
    "failureCode" = w."failureCode", "failureReason" = w."failureReason", "failureValues" = w."failureValues",
    "readyAt" = CASE WHEN w.status = 'READY' THEN now() ELSE n."readyAt" END,
    "startedAt" = CASE WHEN w.status = 'RUNNING' THEN coalesce(n."startedAt", now()) ELSE n."startedAt" END,
    "finishedAt" = CASE WHEN w.status IN ('SUCCEEDED', 'CACHED', 'FAILED', 'SKIPPED', 'CANCELLED') THEN now() END
  FROM jsonb_to_recordset($2) AS w(id text, status "NodeRunStatus", attempt int, "cacheKey" text, "cachedFromId" text,
    "nodeFailures" int, "lostWorkers" int, unavailable int, "notBefore" float8, reasons jsonb,
    "failureCode" "FailureCode", "failureReason" text, "failureValues" jsonb)
  WHERE n.id = w.id AND n."runId" = $1
), input AS (
  INSERT INTO "NodeRunInput" ("nodeRunId", port, slot, "artifactId")
  SELECT * FROM jsonb_to_recordset($3) AS w("nodeRunId" text, port text, slot text, "artifactId" text)
  ON CONFLICT DO NOTHING
), output AS (
  INSERT INTO "NodeRunOutput" ("nodeRunId", port, "artifactId")
  SELECT * FROM jsonb_to_recordset($4) AS w("nodeRunId" text, port text, "artifactId" text)
), opened AS (
  INSERT INTO "Attempt" ("nodeRunId", number, "workerId", "leaseExpiresAt", "deadlineAt")
  SELECT w."nodeRunId", w.number, w."workerId", now() + $9 * interval '1 ms', now() + w."deadlineMs" * interval '1 ms'
  FROM jsonb_to_recordset($5) AS w("nodeRunId" text, number int, "workerId" text, "deadlineMs" float8)
), closed AS (
  UPDATE "Attempt" a SET "finishedAt" = now(), "failureCode" = w.code, "failureReason" = w.reason,
    "failureValues" = w.vals, detail = w.detail
  FROM jsonb_to_recordset($6) AS w("nodeRunId" text, number int, code "FailureCode", reason text, vals jsonb, detail text)
  WHERE a."nodeRunId" = w."nodeRunId" AND a.number = w.number
), landed AS (
  DELETE FROM "Flight" f USING jsonb_to_recordset($6) AS w("nodeRunId" text, number int)
  WHERE f."nodeRunId" = w."nodeRunId" AND f.attempt = w.number
), forgotten_input AS (
  DELETE FROM "NodeRunInput" WHERE "nodeRunId" = ANY($12)
), forgotten_output AS (
  DELETE FROM "NodeRunOutput" WHERE "nodeRunId" = ANY($13)
), run AS (
  UPDATE "Run" SET status = $7::"RunStatus",
    "cancelRequestedAt" = CASE WHEN $8 THEN coalesce("cancelRequestedAt", now()) END,
    "startedAt" = CASE WHEN $7 <> 'QUEUED' THEN coalesce("startedAt", now()) END,
    "finishedAt" = CASE WHEN $7 IN ('SUCCEEDED', 'FAILED', 'CANCELLED') THEN coalesce("finishedAt", now()) END,
    "eventSeq" = "eventSeq" + jsonb_array_length($10)
  WHERE id = $1 RETURNING "eventSeq"
), event AS (
  INSERT INTO "RunEvent" ("runId", seq, type, "nodeId", payload)
  SELECT $1, run."eventSeq" - jsonb_array_length($10) + e.place, e.event->>'type', e.event->>'nodeId', e.event->'payload'
  FROM run, jsonb_array_elements($10) WITH ORDINALITY AS e(event, place)
)
SELECT pg_notify(channel, $1) FROM unnest($11::text[]) AS channel`;

export function writeDecision(tx: Tx, runId: string, writes: Writes, leaseMs: number): void {
  const nodes = writes.nodes.map(({ failure, outputs: _, ...node }) => ({
    ...node,
    failureCode: failure?.code,
    failureReason: failure?.reason,
    failureValues: failure?.values,
  }));
  const closed = writes.closed.map(({ failure, ...rest }) => ({
    ...rest,
    code: failure?.code,
    reason: failure?.reason,
    vals: failure?.values,
  }));
  send(tx, {
    name: "write-decision",
    text: STATEMENT,
    values: [
      runId,
      jsonParam(nodes),
      jsonParam(writes.inputs),
      jsonParam(writes.outputs),
      jsonParam(writes.opened),
      jsonParam(closed),
      writes.run.status,
      writes.run.cancelRequested,
      leaseMs,
      jsonParam(writes.events),
      channelsOf(writes),
      writes.forget.inputs,
      writes.forget.outputs,
    ],
  });
}

/** Delivered at commit. A lost notification costs a poll: the rows decide. */
function channelsOf({ events, nodes, closed }: Writes): string[] {
  const channels = [EVENTS_CHANNEL];
  // A closed attempt may free a flight that a node of another run waits for.
  if (closed.length || nodes.some((node) => node.status === "READY")) channels.push(READY_CHANNEL);
  if (events.some(({ type }) => type === "run.cancelling")) channels.push(CANCEL_CHANNEL);
  return channels;
}
