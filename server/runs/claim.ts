/** Gives a worker what it can take on: whole runs at a time, oldest first. */
import { applyChanges } from "./apply";
import type { Claim, Offer } from "./decision";
import type { RunEngine } from "./engine";

export type ClaimedNode = Claim & { runId: string };

export type ClaimRound = {
  claimed: ClaimedNode[];
  /** When the next retry becomes due, in milliseconds; undefined when none waits. */
  dueInMs: number | undefined;
};

/** Ready node runs of all runs, until the offer is used up. */
export async function claimNodes(engine: RunEngine, offer: Offer, leaseMs?: number): Promise<ClaimRound> {
  const { rows } = await engine.pool.query<{ runId: string; ms: number }>({
    name: "ready-runs",
    text: `SELECT "runId", extract(epoch FROM min("notBefore") - clock_timestamp())::float8 * 1000 AS ms
           FROM "NodeRun" WHERE status = 'READY' GROUP BY "runId" ORDER BY min("readyAt")`,
  });
  const claimed: ClaimedNode[] = [];
  const left = { ...offer };
  for (const { runId } of rows.filter(({ ms }) => ms <= 0)) {
    if (left.max <= 0 || left.threads <= 0) break;
    const { claims } = await applyChanges(engine, runId, [{ type: "claim", offer: { ...left } }], {
      leaseMs,
    });
    for (const claim of claims) {
      left.max--;
      left.threads -= claim.threads;
      left.memoryBytes -= claim.memoryBytes;
      claimed.push({ ...claim, runId });
    }
  }
  const waits = rows.filter(({ ms }) => ms > 0).map(({ ms }) => ms);
  return { claimed, dueInMs: waits.length ? Math.min(...waits) : undefined };
}
