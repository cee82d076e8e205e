/** Random schedules of two workers and two runs, and how they are told. */
import fc from "fast-check";
import type { ExecutionPlan, PlannedNode } from "@/graph/plan/execution-plan";
import { FAILURE_CODES, type FailureCode } from "@/graph/problems";

/** A node needs the nodes whose numbers it names; nodes of one tag over equal inputs have one cache key. */
export type NodeSpec = { tag: number; parents: number[]; never: boolean };
export type WorkerName = "A" | "B";
export type Step =
  | { do: "start"; run: number }
  | { do: "claim"; worker: WorkerName; run: number }
  | { do: "beat"; worker: WorkerName }
  /** `pick`: which of the attempts that the worker believes to hold. */
  | { do: "finish"; worker: WorkerName; pick: number }
  | { do: "fail"; worker: WorkerName; pick: number; code: FailureCode }
  /** After it heard of the cancel: the process is gone. */
  | { do: "stopped"; worker: WorkerName; pick: number }
  /** The worker shuts down in good order. */
  | { do: "leave"; worker: WorkerName }
  /** The worker forgets what it had: its machine died. */
  | { do: "die"; worker: WorkerName }
  | { do: "cancel"; run: number }
  | { do: "reap" }
  /** The clock moves, back too. */
  | { do: "clock"; ms: number };
export type Story = { runs: [NodeSpec[], NodeSpec[]]; steps: Step[] };

/** What one engine and the model have in common: leases, and how long a cancelled process may still live after its lease. */
export type Clock = {
  leaseMs: number;
  graceMs: number;
  jumps: readonly number[];
  /** Passes after every failure and search for lost leases: for an engine whose waits are drawn at random. */
  pauseMs?: number;
};
export const SLOTS = 2;

export const memoryClock: Clock = {
  ...{ leaseMs: 15_000, graceMs: 5_000 },
  jumps: [100, 3_000, 16_000, 16_000, 60_000, -4_000],
};
/** Real time passes too, some seconds at most: no two moments that are compared lie nearer than 50. */
export const databaseClock: Clock = {
  ...{ leaseMs: 1_050_000, graceMs: 300_000, pauseMs: 100_000 },
  jumps: [100_000, 500_000, 1_100_000, 1_400_000],
};

const nodes: fc.Arbitrary<NodeSpec[]> = fc
  .array(
    fc.record({
      tag: fc.nat(1),
      parents: fc.array(fc.nat(5), { maxLength: 2 }),
      never: fc.constantFrom(false, false, true),
    }),
    { minLength: 1, maxLength: 5 },
  )
  .map((specs) =>
    specs.map((spec, i) => ({
      ...spec,
      parents: i ? [...new Set(spec.parents.map((parent) => parent % i))] : [],
    })),
  );

export function anyStory({ jumps }: Clock, maxSteps: number): fc.Arbitrary<Story> {
  const run = fc.nat(1);
  const worker = fc.constantFrom<WorkerName>("A", "B");
  const pick = fc.nat(3);
  const kind = <D extends Step["do"]>(name: D) => fc.constant(name);
  const step = fc.oneof(
    { weight: 1, arbitrary: fc.record({ do: kind("start"), run }) },
    { weight: 6, arbitrary: fc.record({ do: kind("claim"), worker, run }) },
    { weight: 2, arbitrary: fc.record({ do: kind("beat"), worker }) },
    { weight: 5, arbitrary: fc.record({ do: kind("finish"), worker, pick }) },
    {
      weight: 3,
      arbitrary: fc.record({ do: kind("fail"), worker, pick, code: fc.constantFrom(...FAILURE_CODES) }),
    },
    { weight: 1, arbitrary: fc.record({ do: kind("stopped"), worker, pick }) },
    { weight: 1, arbitrary: fc.record({ do: kind("leave"), worker }) },
    { weight: 1, arbitrary: fc.record({ do: kind("die"), worker }) },
    { weight: 1, arbitrary: fc.record({ do: kind("cancel"), run }) },
    { weight: 2, arbitrary: fc.constant<Step>({ do: "reap" }) },
    { weight: 3, arbitrary: fc.record({ do: kind("clock"), ms: fc.constantFrom(...jumps) }) },
  ) as fc.Arbitrary<Step>;
  return fc.record({
    runs: fc.tuple(nodes, nodes),
    steps: fc.array(step, { maxLength: maxSteps, size: "max" }),
  });
}

export const nodeId = (index: number) => `n${index}`;

export function planOf(specs: readonly NodeSpec[]): ExecutionPlan {
  return {
    nodes: specs.map(
      ({ tag, parents, never }, i): PlannedNode => ({
        id: nodeId(i),
        kind: "stub",
        version: 1,
        codeVersion: 1,
        params: { tag },
        inputs: parents.map((parent, at) => ({
          ...{ port: `in${at}`, slot: "", list: false, node: nodeId(parent), output: "data" },
        })),
        cache: never ? "never" : "content",
        resources: { threads: 1, memoryBytes: 1, gpus: 0 },
        deadlineMs: 3_600_000,
        action: "run",
      }),
    ),
  };
}

export function report(step: Step): string {
  switch (step.do) {
    case "start":
      return `run ${step.run} is started`;
    case "claim":
      return `${step.worker} claims from run ${step.run}`;
    case "beat":
      return `${step.worker} renews its leases`;
    case "finish":
      return `${step.worker} finishes its job ${step.pick}`;
    case "fail":
      return `${step.worker} fails its job ${step.pick} with ${step.code}`;
    case "stopped":
      return `${step.worker} says that job ${step.pick} is gone`;
    case "leave":
      return `${step.worker} shuts down and gives its work back`;
    case "die":
      return `${step.worker} dies without a word`;
    case "cancel":
      return `run ${step.run} is cancelled`;
    case "reap":
      return "lost leases are looked for";
    case "clock":
      return `the clock moves by ${step.ms / 1000} s`;
  }
}

export function describeGraphs(runs: Story["runs"]): string[] {
  const name = ({ tag, parents, never }: NodeSpec, i: number) =>
    `${nodeId(i)} = ${never ? "act" : "make"}${tag}(${parents.map(nodeId).join(", ")})`;
  return runs.map((specs, run) => `run ${run}: ${specs.map(name).join("; ")}`);
}
