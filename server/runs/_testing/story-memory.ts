/** `decide` over rows in memory: flights, results and leases as the database keeps them. */

import type { ExecutionPlan } from "@/graph/plan/execution-plan";
import { foldRun } from "@/graph/status";
import { hashText } from "../ids";
import type { Change, Decision, Hit, RunState } from "../protocol/decision";
import type { Capacity } from "../protocol/slots";
import { decide } from "../protocol/transition";
import type { StoryEngine } from "./story-engine";
import { type Job, show } from "./story-model";
import { type Clock, nodeId, planOf, SLOTS, type Story } from "./story-steps";

type Run = { plan: ExecutionPlan; state: RunState; seqs: number[]; started: boolean };
type Lease = { nodeRunId: string; attempt: number; until: number };

const total: Capacity = { threads: SLOTS, memoryBytes: 100, vram: [] };
export const artifactOf = (value: string) => ({
  id: value,
  digest: hashText(value),
  type: "dataset" as const,
});

export function memoryEngine(story: Story, clock: Clock): StoryEngine {
  let now = 0;
  const runs = story.runs.map(
    (specs, at): Run => ({
      plan: planOf(specs),
      state: blankRun(at, specs.length),
      seqs: [],
      started: false,
    }),
  );
  const flights = new Map<string, Lease>();
  let open: (Lease & { run: number; node: string })[] = [];

  const results = (key: string): Hit | null => {
    for (const { state } of runs)
      for (const node of state.nodes)
        if (node.cacheKey === key && (node.status === "SUCCEEDED" || node.status === "CACHED"))
          return { nodeRunId: node.id, run: 1, outputs: node.outputs };
    return null;
  };

  const apply = (at: number, changes: Change[]): Decision => {
    const run = runs[at]!;
    const hits = new Map<string, Hit | null>();
    const won = new Map<string, boolean>();
    for (;;) {
      const decision = decide(run.plan, run.state, changes, {
        ...{ now, hash: hashText, jitter: () => 0.5 },
        ...{ hits, flights: won, frozen: new Map() },
      });
      const { keys, flights: wanted } = decision.wanted;
      for (const key of keys) hits.set(key, results(key));
      if (!keys.length)
        for (const { nodeRunId, cacheKey, attempt } of wanted) {
          const flight = flights.get(cacheKey);
          const free = !flight || flight.until < now || flight.nodeRunId === nodeRunId;
          if (free) flights.set(cacheKey, { nodeRunId, attempt, until: now + clock.leaseMs });
          won.set(nodeRunId, free);
        }
      if (keys.length || wanted.length) continue;
      write(at, decision, won);
      return decision;
    }
  };

  const write = (at: number, { writes, claims }: Decision, won: ReadonlyMap<string, boolean>) => {
    const run = runs[at]!;
    const touched = new Map(writes.nodes.map((node) => [node.id, node]));
    run.state = {
      ...run.state,
      ...writes.run,
      nodes: run.state.nodes.map((node) => touched.get(node.id) ?? node),
    };
    for (const _ of writes.events) run.seqs.push(run.seqs.length + 1);
    for (const { nodeRunId, number } of writes.opened) {
      const node = run.state.nodes.find(({ id }) => id === nodeRunId)!.nodeId;
      open.push({ nodeRunId, attempt: number, until: now + clock.leaseMs, run: at, node });
    }
    for (const { nodeRunId, number } of writes.closed) {
      open = open.filter((one) => one.nodeRunId !== nodeRunId || one.attempt !== number);
      for (const [key, flight] of flights)
        if (flight.nodeRunId === nodeRunId && flight.attempt === number) flights.delete(key);
    }
    const claimed = new Set(claims.map(({ nodeRunId }) => nodeRunId));
    for (const [id, got] of won)
      if (got && !claimed.has(id))
        for (const [key, flight] of flights) if (flight.nodeRunId === id) flights.delete(key);
  };

  const fence = ({ run, node, attempt }: Job) => [run, { nodeId: nodeId(node), attempt }] as const;
  const ended = (job: Job, change: (fenced: { nodeId: string; attempt: number }) => Change) => {
    const [run, fenced] = fence(job);
    return apply(run, [change(fenced)]).accepted[0] ?? false;
  };
  return {
    start(run) {
      runs[run]!.started = true;
      apply(run, [{ type: "start" }]);
    },
    claim: (worker, run) =>
      apply(run, [{ type: "claim", offer: { workerId: worker, free: total, total, max: SLOTS } }]).claims.map(
        ({ nodeId: id, attempt }) => ({ run, node: Number(id.slice(1)), attempt }),
      ),
    beat: (_worker, held) =>
      held.filter((job) => {
        const nodeRunId = rowId(job.run, job.node);
        const mine = (one: Lease) => one.nodeRunId === nodeRunId && one.attempt === job.attempt;
        for (const one of [...open, ...flights.values()]) if (mine(one)) one.until = now + clock.leaseMs;
        return !open.some(mine);
      }),
    finish: (job, value) =>
      ended(job, (fenced) => ({ type: "succeed", ...fenced, outputs: { data: artifactOf(value) } })),
    fail: (job, code) =>
      ended(job, (fenced) => ({ type: "fail", ...fenced, failure: { code, reason: "r", values: {} } })),
    stopped: (job) => ended(job, (fenced) => ({ type: "stopped", ...fenced })),
    giveBack: (job) => ended(job, (fenced) => ({ type: "return", ...fenced })),
    cancel: (run) => apply(run, [{ type: "cancel" }]).accepted[0] ?? false,
    reap() {
      for (const [at, { state }] of runs.entries()) {
        const grace = state.cancelRequested ? clock.graceMs : 0;
        const lost = open.filter(({ run, until }) => run === at && until < now - grace);
        const failure = { code: "WORKER_LOST", reason: "worker-lost", values: {} } as const;
        if (lost.length)
          apply(
            at,
            lost.map(({ node, attempt }) => ({ type: "fail", nodeId: node, attempt, failure })),
          );
      }
    },
    tick(ms) {
      now += ms;
    },
    look: () => ({
      runs: runs.map(({ started, state }) =>
        started
          ? { status: state.status, nodes: state.nodes.map((node) => show(node.nodeId, node)) }
          : undefined,
      ),
      open: open.map(({ run, node, attempt }) => `${run}/${node}/${attempt}`).sort(),
      outputs: Object.fromEntries(
        runs.flatMap(({ state }, at) =>
          state.nodes.flatMap(({ nodeId: id, outputs }) =>
            outputs.data ? [[`${at}/${id}`, outputs.data.id]] : [],
          ),
        ),
      ),
      seqs: runs.map(({ seqs }) => seqs),
    }),
  };
}

const rowId = (run: number, node: number) => `row-${run}-${node}`;

function blankRun(at: number, count: number): RunState {
  const blank = {
    status: "PENDING" as const,
    attempt: 0,
    cacheKey: null,
    cachedFromId: null,
    notBefore: 0,
    reasons: [],
  };
  const unspent = { nodeFailures: 0, lostWorkers: 0, unavailable: 0 };
  const nodes = Array.from({ length: count }, (_, i) => ({
    ...{ id: rowId(at, i), nodeId: nodeId(i), ...blank, ...unspent, failure: null, outputs: {} },
  }));
  const status = foldRun(nodes.map((node) => node.status));
  return { id: `run-${at}`, teamId: "team", status, cancelRequested: false, paused: false, nodes };
}
