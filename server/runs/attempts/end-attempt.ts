/** Ends attempts that did not succeed. Each answers false where the fence refused: nothing was written then. */
import { commitChanges } from "../commit/commit-changes";
import type { RunEngine } from "../commit/engine";
import type { NodeFailure } from "../protocol/decision";

export type AttemptRef = { runId: string; nodeId: string; attempt: number };

/** Tried again or FAILED, as `failure-table.ts` says; CANCELLED when a person had asked for that. */
export async function failAttempt(
  engine: RunEngine,
  { runId, nodeId, attempt }: AttemptRef,
  failure: NodeFailure,
  detail?: string,
): Promise<boolean> {
  const change = { type: "fail" as const, nodeId, attempt, failure, ...(detail ? { detail } : {}) };
  return (await commitChanges(engine, runId, [change])).accepted[0] ?? false;
}

/** To be called only when the process is known to be gone. */
export async function stopAttempt(
  engine: RunEngine,
  { runId, nodeId, attempt }: AttemptRef,
): Promise<boolean> {
  return (await commitChanges(engine, runId, [{ type: "stopped", nodeId, attempt }])).accepted[0] ?? false;
}

/** A worker that shuts down gives its attempts back at once, so that nobody waits for a lease to pass. */
export async function returnAttempts(engine: RunEngine, held: readonly AttemptRef[]): Promise<void> {
  for (const runId of new Set(held.map((one) => one.runId)))
    await commitChanges(
      engine,
      runId,
      held
        .filter((one) => one.runId === runId)
        .map(({ nodeId, attempt }) => ({ type: "return", nodeId, attempt })),
    );
}
