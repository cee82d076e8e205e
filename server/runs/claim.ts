/** Gives a worker what it can take on: whole runs at a time, oldest first. */
import { applyChanges } from "./apply";
import type { RunEngine } from "./engine";
import type { Claim, Offer } from "./transition";

export type ClaimedNode = Claim & { runId: string };

/** Ready node runs of all runs, until the offer is used up. */
export async function claimNodes(engine: RunEngine, offer: Offer, leaseMs?: number): Promise<ClaimedNode[]> {
  const { rows } = await engine.pool.query<{ runId: string }>({
    name: "ready-runs",
    text: `SELECT "runId" FROM "NodeRun" WHERE status = 'READY' AND "notBefore" <= now()
           GROUP BY "runId" ORDER BY min("readyAt") LIMIT 16`,
  });
  const claimed: ClaimedNode[] = [];
  const left = { ...offer };
  for (const { runId } of rows) {
    if (left.max <= 0 || left.threads <= 0) break;
    const options = leaseMs === undefined ? {} : { leaseMs };
    const { claims } = await applyChanges(engine, runId, [{ type: "claim", offer: { ...left } }], options);
    for (const claim of claims) {
      left.max--;
      left.threads -= claim.threads;
      left.memoryBytes -= claim.memoryBytes;
      claimed.push({ ...claim, runId });
    }
  }
  return claimed;
}

/** When the next retry becomes due, in milliseconds; undefined when none waits. */
export async function nextDue(engine: RunEngine): Promise<number | undefined> {
  const { rows } = await engine.pool.query<{ ms: number | null }>({
    name: "next-due",
    text: `SELECT extract(epoch FROM min("notBefore") - clock_timestamp()) * 1000 AS ms
           FROM "NodeRun" WHERE status = 'READY' AND "notBefore" > now()`,
  });
  const ms = rows[0]?.ms;
  return ms === null || ms === undefined ? undefined : Math.max(0, Number(ms));
}
