/** One transaction of the run protocol: lock, decide, look up what the decision asks for, decide again, write. */

import { type ExecutionPlan, indexPlan } from "@/graph/plan/execution-plan";
import { inputsOf } from "@/graph/plan/node-key";
import { send, type Tx, transaction } from "@/server/db";
import { hashText, jitterOf } from "../ids";
import * as limits from "../limits";
import type { ArtifactRef, Change, Claim, Decision, Hit, RunState, Writes } from "../protocol/decision";
import { decide } from "../protocol/transition";
import type { FinishedNode, RunEngine } from "./engine";
import { findHits, takeFlights } from "./look-ups";
import { keepState, type LockedRun, lockRun, readPlan } from "./read-state";
import { END_EVENTS, writeDecision } from "./write-decision";

/** A claim with what its job is given. */
export type Granted = Claim & {
  cacheKey: string | null;
  inputs: { port: string; slot: string; list: boolean; digest: string }[];
};
export type Applied = Pick<Decision, "accepted"> & { claims: Granted[] };
export type ApplyOptions = {
  /** What to tell the engine's `onFinished` of a change that was accepted. */
  finished?: (index: number) => FinishedNode | undefined;
  leaseMs?: number | undefined;
};

/**
 * `changes` may be made inside the transaction, from the locked state, together with rows that they refer to. What such a
 * function asks before it waits for the state travels with the lock.
 */
export async function commitChanges(
  engine: RunEngine,
  runId: string,
  changes:
    | readonly Change[]
    | ((tx: Tx, locked: Promise<LockedRun | undefined>) => Promise<readonly Change[]>),
  options: ApplyOptions = {},
): Promise<Applied> {
  const plan = await readPlan(engine.pool, runId);
  const done = await transaction(engine.pool, async (tx) => {
    const locking = lockRun(tx, runId);
    const [locked, list] = await Promise.all([
      locking,
      typeof changes === "function" ? changes(tx, locking) : changes,
    ]);
    if (!locked) return undefined;
    const { state, seq, now } = locked;
    const decision = await decideAndWrite(engine, tx, plan, state, list, { ...options, now });
    return { decision, state, seq };
  });
  if (!done) return { accepted: [], claims: [] };
  const { writes, accepted, claims } = done.decision;
  if (endsRun(writes)) engine.onEnded?.(runId);
  const state = stateAfter(done.state, writes);
  keepState(done.seq + writes.events.length, state);
  return { accepted, claims: grant(plan, state, claims) };
}

export const endsRun = ({ events }: Writes): boolean => events.some(({ type }) => END_EVENTS.has(type));

function grant(plan: ExecutionPlan, { nodes }: RunState, claims: readonly Claim[]): Granted[] {
  if (!claims.length) return [];
  const states = new Map(nodes.map((node) => [node.nodeId, node]));
  const { plans } = indexPlan(plan);
  return claims.map((claim) => {
    const inputs = inputsOf(plans.get(claim.nodeId)!, (id) => states.get(id)?.outputs);
    return {
      ...claim,
      cacheKey: states.get(claim.nodeId)?.cacheKey ?? null,
      inputs: inputs.map(({ artifact, ...rest }) => ({ ...rest, digest: artifact.digest })),
    };
  });
}

function stateAfter(before: RunState, { run, nodes }: Writes): RunState {
  const changed = new Map(nodes.map((node) => [node.id, node]));
  return { ...before, ...run, nodes: before.nodes.map((node) => changed.get(node.id) ?? node) };
}

export async function decideAndWrite(
  engine: RunEngine,
  tx: Tx,
  plan: ExecutionPlan,
  state: RunState,
  changes: readonly Change[],
  options: ApplyOptions & { now: number; frozen?: ReadonlyMap<string, ArtifactRef> },
): Promise<Decision> {
  const leaseMs = options.leaseMs ?? limits.leaseMs;
  const hits = new Map<string, Hit | null>();
  const flights = new Map<string, boolean>();
  const known = {
    now: options.now,
    hash: hashText,
    jitter: jitterOf,
    hits,
    flights,
    frozen: options.frozen ?? new Map(),
  };
  for (;;) {
    const decision = decide(plan, state, changes, known);
    const { keys, flights: wanted } = decision.wanted;
    if (!keys.length && !wanted.length)
      return write(engine, tx, state.id, decision, flights, leaseMs, options);
    const asked = [...new Set([...keys, ...wanted.map(({ cacheKey }) => cacheKey)])];
    // Flights first: whoever held one before has landed by then, and the look-up sees the result.
    await Promise.all([
      wanted.length ? takeFlights(tx, wanted, leaseMs, flights) : undefined,
      findHits(tx, state, asked, hits, engine.store),
    ]);
    // What was not known was decided as if nothing fitted and every flight was free: often that is how it is.
    const asAssumed =
      asked.every((key) => !hits.get(key)) && wanted.every((one) => flights.get(one.nodeRunId));
    if (asAssumed) return write(engine, tx, state.id, decision, flights, leaseMs, options);
  }
}

async function write(
  engine: RunEngine,
  tx: Tx,
  runId: string,
  decision: Decision,
  flights: ReadonlyMap<string, boolean>,
  leaseMs: number,
  options: ApplyOptions,
): Promise<Decision> {
  const { writes, accepted, claims } = decision;
  if (writes.events.length) writeDecision(tx, runId, writes, leaseMs);
  const claimed = new Set(claims.map(({ nodeRunId }) => nodeRunId));
  const unused = [...flights].filter(([id, won]) => won && !claimed.has(id)).map(([id]) => id);
  if (unused.length) send(tx, { text: 'DELETE FROM "Flight" WHERE "nodeRunId" = ANY($1)', values: [unused] });
  if (engine.onFinished && options.finished) {
    for (const [index, ok] of accepted.entries()) {
      const node = ok ? options.finished(index) : undefined;
      if (node) await engine.onFinished(tx, node);
    }
  }
  return decision;
}
