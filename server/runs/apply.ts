/** One transaction of the run protocol: lock, decide, look up what the decision asks for, decide again, write. */
import { type Tx, transaction } from "@/server/db";
import type { FinishedNode, RunEngine } from "./engine";
import { hashText } from "./ids";
import * as limits from "./limits";
import { findHits, takeFlights } from "./look-ups";
import type { RunPlan } from "./run-plan";
import { lockRun, readPlan } from "./state";
import { type ArtifactRef, type Change, type Decision, decide, type Hit, type RunState } from "./transition";
import { writeDecision } from "./write";

export type ApplyOptions = {
  /** Before the decision, in the same transaction: rows that the changes refer to. */
  prepare?: (tx: Tx, teamId: string) => Promise<void>;
  /** After a success was accepted. */
  finished?: (index: number) => FinishedNode | undefined;
  leaseMs?: number;
};

export async function applyChanges(
  engine: RunEngine,
  runId: string,
  changes: readonly Change[],
  options: ApplyOptions = {},
): Promise<Pick<Decision, "accepted" | "claims">> {
  const plan = await readPlan(engine.pool, runId);
  return transaction(engine.pool, async (tx) => {
    const locked = await lockRun(tx, runId);
    if (!locked) return { accepted: changes.map(() => false), claims: [] };
    await options.prepare?.(tx, locked.state.teamId);
    return decideAndWrite(engine, tx, plan, locked.state, changes, { ...options, now: locked.now });
  });
}

export async function decideAndWrite(
  engine: RunEngine,
  tx: Tx,
  plan: RunPlan,
  state: RunState,
  changes: readonly Change[],
  options: ApplyOptions & { now: number; frozen?: ReadonlyMap<string, ArtifactRef> },
): Promise<Pick<Decision, "accepted" | "claims">> {
  const leaseMs = options.leaseMs ?? limits.leaseMs;
  const hits = new Map<string, Hit | null>();
  const flights = new Map<string, boolean>();
  const known = {
    now: options.now,
    hash: hashText,
    fingerprint: (node: RunPlan["nodes"][number]) => {
      const definition = engine.catalogue[node.kind];
      return definition && engine.fingerprint?.(definition, node.params);
    },
    hits,
    flights,
    frozen: options.frozen ?? new Map(),
  };
  for (;;) {
    const decision = decide(plan, state, changes, known);
    const { keys, flights: wanted } = decision.wanted;
    if (keys.length) await findHits(tx, state.teamId, keys, hits);
    else if (wanted.length) await takeFlights(tx, wanted, leaseMs, flights);
    else {
      const { writes, accepted, claims } = decision;
      if (writes.events.length) await writeDecision(tx, state.id, writes, leaseMs);
      if (engine.onFinished && options.finished) {
        for (const [index, ok] of accepted.entries()) {
          const node = ok ? options.finished(index) : undefined;
          if (node) await engine.onFinished(tx, node);
        }
      }
      return { accepted, claims };
    }
  }
}
