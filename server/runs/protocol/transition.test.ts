import fc from "fast-check";
import { expect, test } from "vitest";
import { type ExecutionPlan, type PlannedNode, parentsOf } from "@/graph/plan/execution-plan";
import { inputsOf } from "@/graph/plan/node-key";
import { FAILURE_CODES } from "@/graph/problems";
import type { NodeRunStatus } from "@/graph/run-view";
import { foldRun, isDone, isTerminal } from "@/graph/status";
import { hashText } from "../ids";
import type { Change, Decision, Hit, NodeState, RunState } from "./decision";
import { failureTable } from "./failure-table";
import { decide } from "./transition";

/** Where a node run may go from each state; terminal states lead nowhere. */
const LEGAL: Record<NodeRunStatus, readonly NodeRunStatus[]> = {
  PENDING: ["READY", "CACHED", "SKIPPED", "CANCELLED", "RUNNING"],
  READY: ["RUNNING", "CACHED", "CANCELLED"],
  RUNNING: ["SUCCEEDED", "FAILED", "READY", "CANCELLED"],
  WAITING: ["READY", "CANCELLED"],
  SUCCEEDED: [],
  CACHED: [],
  FAILED: [],
  SKIPPED: [],
  CANCELLED: [],
};

/** And where it may go once the result of one that is done was lost: who made it makes it again, what needs it waits. */
const AFTER_A_LOSS: Record<NodeRunStatus, readonly NodeRunStatus[]> = {
  ...LEGAL,
  READY: [...LEGAL.READY, "PENDING", "SKIPPED"],
  RUNNING: [...LEGAL.RUNNING, "PENDING", "SKIPPED"],
  SUCCEEDED: ["READY", "PENDING", "SKIPPED"],
  CACHED: ["READY", "PENDING", "SKIPPED"],
};

const artifact = (digest: string) => ({ id: `id-${digest}`, digest, type: "dataset" as const });
const machine = { threads: 2, memoryBytes: 100, vram: [] };
const offer = { workerId: "w", free: machine, total: machine, max: 2 };

/** A run as a model keeps it: rows in memory, writes applied to them. */
class ModelRun {
  state: RunState;
  open = 0;
  terminal = new Map<string, number>();
  hits = new Map<string, Hit | null>();
  now = 0;
  /** A result was lost at some time. */
  loss = false;

  constructor(
    readonly plan: ExecutionPlan,
    /** Keys whose second hex digit is below this have a result of an earlier run. */
    readonly cached: number,
    readonly flightsFree: boolean,
  ) {
    const blank = {
      status: "PENDING" as const,
      attempt: 0,
      cacheKey: null,
      cachedFromId: null,
      notBefore: 0,
      reasons: [],
    };
    const budgets = { nodeFailures: 0, lostWorkers: 0, unavailable: 0 };
    const nodes = plan.nodes.map(({ id }) => ({
      id: `row-${id}`,
      nodeId: id,
      ...blank,
      ...budgets,
      failure: null,
      outputs: {},
    }));
    this.state = {
      id: "run",
      teamId: "team",
      status: "QUEUED",
      cancelRequested: false,
      paused: false,
      nodes,
    };
  }

  apply(...changes: Change[]): Decision {
    const before = structuredClone(this.state);
    const flights = new Map<string, boolean>();
    for (;;) {
      const known = {
        now: this.now,
        hash: hashText,
        jitter: () => 0.5,
        hits: this.hits,
        flights,
        frozen: new Map(),
      };
      const decision = decide(this.plan, this.state, changes, known);
      expect(this.state).toEqual(before);
      const { keys, flights: wanted } = decision.wanted;
      for (const key of keys) this.hits.set(key, this.earlier(key));
      if (!keys.length) for (const { nodeRunId } of wanted) flights.set(nodeRunId, this.flightsFree);
      if (keys.length || wanted.length) continue;
      this.take(decision);
      return decision;
    }
  }

  private earlier(key: string): Hit | null {
    const fits = Number.parseInt(key.at(-1)!, 16) < this.cached;
    return fits ? { nodeRunId: "old", run: 1, outputs: { data: artifact(`old-${key}`) } } : null;
  }

  private take({ writes }: Decision): void {
    for (const next of writes.nodes) {
      const old = this.state.nodes.find(({ id }) => id === next.id)!;
      const legal = this.loss ? AFTER_A_LOSS : LEGAL;
      if (old.status !== next.status) expect(legal[old.status]).toContain(next.status);
      else expect(next.status === "RUNNING" || next.status === "READY").toBe(true);
      expect(next.attempt - old.attempt).toBeGreaterThanOrEqual(0);
      if (isDone(old.status)) {
        this.terminal.delete(next.nodeId);
        expect(writes.forget.outputs).toContain(next.id);
      }
      if (next.status === "PENDING") expect(writes.forget.inputs).toContain(next.id);
    }
    for (const { type, nodeId } of writes.events)
      if (
        nodeId &&
        isTerminal(type.slice(5).toUpperCase() as NodeRunStatus) &&
        !/ready|running|retrying|waiting/.test(type)
      )
        this.terminal.set(nodeId, (this.terminal.get(nodeId) ?? 0) + 1);
    this.open += writes.opened.length - writes.closed.length;
    const touched = new Map(writes.nodes.map((node) => [node.id, node]));
    this.state = {
      ...this.state,
      ...writes.run,
      nodes: this.state.nodes.map((node) => touched.get(node.id) ?? node),
    };
  }

  node(id: string): NodeState {
    return this.state.nodes.find(({ nodeId }) => nodeId === id)!;
  }

  check(): void {
    for (const planned of this.plan.nodes) {
      const node = this.node(planned.id);
      const parents = parentsOf(planned).map((id) => this.node(id));
      const ready = parents.every(({ status }) => isDone(status));
      expect(Object.keys(node.outputs).length > 0).toBe(isDone(node.status));
      // What began before a loss goes on.
      const begun = this.loss ? ["READY"] : ["READY", "RUNNING", "SUCCEEDED", "FAILED"];
      if (begun.includes(node.status)) expect(ready).toBe(true);
      if (node.status === "PENDING") expect(ready || this.state.cancelRequested).toBe(false);
      expect(this.terminal.get(planned.id) ?? 0).toBe(isTerminal(node.status) ? 1 : 0);
      if (this.state.cancelRequested) expect(node.status).not.toBe("READY");
    }
    const all = this.state.nodes.map(({ status }) => status);
    expect(this.open).toBe(all.filter((status) => status === "RUNNING").length);
    const folded = foldRun(all, this.state.cancelRequested);
    if (folded !== "QUEUED") expect(this.state.status).toBe(folded);
  }
}

const anyPlan: fc.Arbitrary<ExecutionPlan> = fc
  .array(
    fc.record({
      parents: fc.array(fc.nat(20), { maxLength: 3 }),
      never: fc.boolean(),
      tag: fc.nat(1),
      action: fc.constantFrom("run", "run", "run", "run", "skip", "bypass"),
    }),
    { minLength: 1, maxLength: 9 },
  )
  .map((specs) => {
    const skipped = new Set<string>();
    const nodes = specs.map(({ parents, never, tag, action }, i): PlannedNode => {
      const above = i ? [...new Set(parents.map((parent) => `n${parent % i}`))] : [];
      const id = `n${i}`;
      const base = {
        id,
        kind: "stub",
        version: 1,
        codeVersion: 1,
        params: { tag },
        inputs: above.map((node, at) => ({ port: `in${at}`, slot: "", list: false, node, output: "data" })),
        cache: never ? ("never" as const) : ("content" as const),
        resources: { threads: 1, memoryBytes: 1, gpus: 0 },
        deadlineMs: 1000,
      };
      if (action === "skip" || above.some((parent) => skipped.has(parent))) {
        skipped.add(id);
        return { ...base, action: "skip", reason: { code: "muted" } };
      }
      return action === "bypass" && above.length
        ? { ...base, action: "bypass", through: { data: "in0" } }
        : { ...base, action: "run" };
    });
    return { nodes };
  });

type Move = {
  what: "claim" | "succeed" | "fail" | "lose" | "stopped" | "return" | "cancel";
  pick: number;
  stale: boolean;
  code: number;
};
const anyMoves: fc.Arbitrary<Move[]> = fc.array(
  fc.record({
    what: fc.constantFrom(
      "claim",
      "claim",
      "succeed",
      "succeed",
      "succeed",
      "fail",
      "fail",
      "lose",
      "return",
      "stopped",
      "cancel",
    ),
    pick: fc.nat(20),
    stale: fc.boolean(),
    code: fc.nat(FAILURE_CODES.length - 1),
  }),
  { maxLength: 40 },
);

function changeOf(run: ModelRun, { what, pick, stale, code }: Move): Change | undefined {
  if (what === "claim") return { type: "claim", offer };
  if (what === "cancel") return pick < 10 ? { type: "cancel" } : undefined;
  const running = run.state.nodes.filter(({ status }) => status === "RUNNING");
  const node = stale
    ? run.state.nodes[pick % run.state.nodes.length]
    : running[pick % Math.max(1, running.length)];
  if (!node) return undefined;
  const fence = { nodeId: node.nodeId, attempt: stale ? node.attempt - 1 : node.attempt };
  if (what === "succeed")
    return { type: "succeed", ...fence, outputs: { data: artifact(`out-${node.id}-${fence.attempt}`) } };
  if (what === "fail")
    return { type: "fail", ...fence, failure: { code: FAILURE_CODES[code]!, reason: "r", values: {} } };
  if (what === "lose") {
    const lost = inputsOf(
      run.plan.nodes.find(({ id }) => id === node.nodeId)!,
      (id) => run.node(id).outputs,
    ).at(pick % 3);
    if (!lost) return undefined;
    run.loss = true;
    const { digest } = lost.artifact;
    return {
      type: "fail",
      ...fence,
      failure: { code: "UNAVAILABLE", reason: "artifact-missing", values: { digest } },
    };
  }
  if (what === "stopped" && !run.state.cancelRequested) return undefined;
  return { type: what, ...fence };
}

test("whatever happens in whatever order, the rules of the protocol hold and a stale attempt writes nothing", () => {
  fc.assert(
    fc.property(anyPlan, anyMoves, fc.nat(16), fc.boolean(), (plan, moves, cached, flightsFree) => {
      const run = new ModelRun(plan, cached, flightsFree);
      run.apply({ type: "start" });
      run.check();
      for (const move of moves) {
        run.now += 1_000;
        const change = changeOf(run, move);
        if (!change) continue;
        const { accepted, writes } = run.apply(change);
        if (move.stale && "attempt" in change) {
          expect(accepted).toEqual([false]);
          expect(writes.nodes).toEqual([]);
          expect(writes.closed).toEqual([]);
        }
        run.check();
      }
    }),
    { numRuns: 1000 },
  );
});

test("every run ends when its nodes are claimed and answered", () => {
  fc.assert(
    fc.property(
      anyPlan,
      fc.nat(16),
      fc.array(fc.nat(9), { minLength: 60, maxLength: 60 }),
      (plan, cached, answers) => {
        const run = new ModelRun(plan, cached, true);
        run.apply({ type: "start" });
        for (let round = 0; !["SUCCEEDED", "FAILED", "CANCELLED"].includes(run.state.status); round++) {
          expect(round).toBeLessThan(200);
          run.now += 60_000;
          run.apply({ type: "claim", offer });
          for (const node of run.state.nodes.filter(({ status }) => status === "RUNNING")) {
            const fence = { nodeId: node.nodeId, attempt: node.attempt };
            const code = FAILURE_CODES[answers[round % 60]!];
            if (code) run.apply({ type: "fail", ...fence, failure: { code, reason: "r", values: {} } });
            else
              run.apply(
                { type: "succeed", ...fence, outputs: { data: artifact(`${node.id}`) } },
                { type: "claim", offer },
              );
          }
          run.check();
        }
      },
    ),
    { numRuns: 200 },
  );
});

test("each failure spends its own budget and no other", () => {
  for (const code of FAILURE_CODES) {
    const plan: ExecutionPlan = {
      nodes: [
        {
          id: "n",
          kind: "stub",
          version: 1,
          codeVersion: 1,
          params: {},
          inputs: [],
          cache: "never",
          resources: { threads: 1, memoryBytes: 1, gpus: 0 },
          deadlineMs: 1,
          action: "run",
        },
      ],
    };
    const run = new ModelRun(plan, 0, true);
    run.apply({ type: "start" });
    let attempts = 0;
    while (run.node("n").status !== "FAILED") {
      run.now += 3_600_000;
      run.apply({ type: "claim", offer });
      attempts++;
      run.apply({
        type: "fail",
        nodeId: "n",
        attempt: run.node("n").attempt,
        failure: { code, reason: "r", values: {} },
      });
    }
    const { retries, budget } = failureTable[code];
    expect(attempts).toBe(retries + 1);
    const { nodeFailures, lostWorkers, unavailable } = run.node("n");
    expect({ nodeFailures, lostWorkers, unavailable }).toEqual({
      nodeFailures: 0,
      lostWorkers: 0,
      unavailable: 0,
      [budget]: attempts,
    });
  }
});
