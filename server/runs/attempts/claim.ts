/** Gives a worker what it can take on, in the order that `schedule` decides. */
import { commitChanges, type Granted } from "../commit/commit-changes";
import type { RunEngine } from "../commit/engine";
import type { Offer } from "../protocol/decision";
import { type Asking, type Round, schedule, type Waiting } from "../protocol/schedule";
import { findSlot, holdsWhole, take } from "../protocol/slots";
import { noteClaim, readAround, readReady } from "./queue-rows";

export type ClaimedNode = Granted & { runId: string };

export type ClaimRound = {
  claimed: ClaimedNode[];
  /** When the next retry becomes due, in milliseconds; undefined when none waits. */
  dueInMs: number | undefined;
  /** Runs with a node that could start now and was not taken. */
  left: ReadonlySet<string>;
};

/** Ready node runs of all runs, until the offer is used up. */
export async function claimNodes(
  engine: RunEngine,
  offer: Omit<Offer, "only">,
  leaseMs?: number,
): Promise<ClaimRound> {
  const { waiting: ready, dueInMs } = await readReady(engine.pool);
  const claimed: ClaimedNode[] = [];
  let asking: Asking = offer;
  let waiting = ready;
  while (waiting.length) {
    const round = await choose(engine, waiting, asking);
    if (!round.claim.length) break;
    const got = await claimChosen(engine, waiting, round, asking, leaseMs);
    for (const claim of got) {
      asking = { ...asking, free: take(asking.free, claim), max: asking.max - 1 };
      noteClaim(waiting.find(({ id }) => id === claim.nodeRunId)!);
    }
    claimed.push(...got);
    // What was refused, or came from the cache, leaves its place to others.
    const chosen = new Set(round.claim);
    waiting = waiting.filter(({ id }) => !chosen.has(id));
    if (got.length === round.claim.length) break;
  }
  return { claimed, dueInMs, left: new Set(waiting.map(({ runId }) => runId)) };
}

async function choose(engine: RunEngine, waiting: readonly Waiting[], asking: Asking): Promise<Round> {
  const all = fitAll(waiting, asking);
  if (all) return { claim: all, reserve: null };
  const teams = new Set(waiting.map(({ teamId }) => teamId)).size;
  const around = await readAround(engine.pool, teams);
  const round = schedule({ waiting, ...around }, asking);
  const before = around.workers.find(({ id }) => id === asking.workerId)?.reserves ?? null;
  if (before !== round.reserve)
    await engine.pool.query('UPDATE "Worker" SET reserves = $2 WHERE id = $1', [
      asking.workerId,
      round.reserve,
    ]);
  return round;
}

/** When there is room for everything, nobody needs to be asked. */
function fitAll(waiting: readonly Waiting[], { free: now, total, max }: Asking): string[] | undefined {
  if (waiting.length > max) return undefined;
  let free = now;
  for (const { needs } of waiting) {
    const slot = holdsWhole(total, needs) ? findSlot(free, total, needs) : undefined;
    if (!slot) return undefined;
    free = take(free, slot);
  }
  return waiting.map(({ id }) => id);
}

/** Run by run, since each has a lock of its own. */
async function claimChosen(
  engine: RunEngine,
  waiting: readonly Waiting[],
  { claim }: Round,
  asking: Asking,
  leaseMs: number | undefined,
): Promise<ClaimedNode[]> {
  const runOf = new Map(waiting.map(({ id, runId }) => [id, runId]));
  const claimed: ClaimedNode[] = [];
  let { free, max } = asking;
  for (const runId of new Set(claim.map((id) => runOf.get(id)!))) {
    const only = claim.filter((id) => runOf.get(id) === runId);
    const offer = { ...asking, free, max, only };
    const { claims } = await commitChanges(engine, runId, [{ type: "claim", offer }], { leaseMs });
    for (const one of claims) {
      free = take(free, one);
      max--;
      claimed.push({ ...one, runId });
    }
  }
  return claimed;
}
