import fc from "fast-check";
import { expect, test } from "vitest";
import { anyGraph, testCatalogue } from "@/graph/_testing";
import { checkGraph } from "@/graph/checks/index";
import type { Catalogue } from "@/graph/define-node";
import type { GraphFile } from "@/graph/document";
import type { PlacementMachine } from "@/graph/placement";
import { planGraph } from "@/graph/plan";
import { type ExecutionPlan, makeExecutionPlan } from "@/graph/plan/execution-plan";
import type { PortType } from "@/graph/ports";
import { hashText } from "../ids";
import type { ArtifactRef, RunState } from "./decision";
import { decide } from "./transition";

/** With a kind that trains: where it lands is part of its key. */
const catalogue: Catalogue = {
  ...testCatalogue,
  clean: {
    ...testCatalogue.clean!,
    place: (_params, _inputs, { trainers: [first], threads }) =>
      first
        ? { ...first, threads, why: { code: "only", values: {} }, others: [] }
        : { engine: undefined, others: [] },
  },
};
const machine = (version: string): PlacementMachine => ({
  threads: 2,
  memoryBytes: 8e9,
  gpus: [],
  arch: "x64",
  trainers: [{ engine: "onnx", backend: "onnxruntime", version, device: "cpu" }],
});

function plannedOf(given: GraphFile, machines = [machine("1")]) {
  const { file, inferred } = checkGraph(given, catalogue);
  const plan = makeExecutionPlan({
    file,
    inferred,
    catalogue,
    targets: [],
    smoke: false,
    files: {},
    machines,
  });
  return { plan, inputs: inferred.inputs };
}

/** Runs the plan as the protocol does, each node succeeding with outputs that follow from its key. */
function keysOfRun(plan: ExecutionPlan, outputs: Map<string, Record<string, ArtifactRef>>) {
  let state: RunState = {
    ...{ id: "run", teamId: "team", status: "QUEUED", cancelRequested: false, paused: false },
    nodes: plan.nodes.map(({ id }) => ({
      ...{ id, nodeId: id, status: "PENDING", attempt: 0, cacheKey: null, cachedFromId: null, notBefore: 0 },
      ...{ nodeFailures: 0, lostWorkers: 0, unavailable: 0, reasons: [], failure: null, outputs: {} },
    })),
  };
  const known = { now: 0, hash: hashText, jitter: () => 0, frozen: new Map(), flights: new Map() };
  const step = (changes: Parameters<typeof decide>[2]) => {
    const hits = new Map<string, null>();
    for (;;) {
      const decision = decide(plan, state, changes, { ...known, hits });
      if (decision.wanted.keys.length) {
        for (const key of decision.wanted.keys) hits.set(key, null);
        continue;
      }
      const changed = new Map(decision.writes.nodes.map((node) => [node.id, node]));
      state = { ...state, ...decision.writes.run, nodes: state.nodes.map((n) => changed.get(n.id) ?? n) };
      return decision;
    }
  };
  const total = { threads: 99, memoryBytes: 1e12, vram: [], trains: machine("1") };
  step([{ type: "start" }]);
  for (;;) {
    const { claims } = step([{ type: "claim", offer: { workerId: "w", free: total, total, max: 99 } }]);
    if (!claims.length) break;
    for (const { nodeId, attempt } of claims) {
      const { kind } = plan.nodes.find(({ id }) => id === nodeId)!;
      const key = state.nodes.find((node) => node.nodeId === nodeId)!.cacheKey ?? nodeId;
      const made = Object.entries(catalogue[kind]!.outputs).map(([port, { type }]) => {
        const digest = hashText(`${key} ${port}`);
        return [port, { id: digest, digest, type }] as const;
      });
      outputs.set(nodeId, Object.fromEntries(made));
      step([{ type: "succeed", nodeId, attempt, outputs: Object.fromEntries(made) }]);
    }
  }
  return new Map(state.nodes.flatMap(({ nodeId, cacheKey }) => (cacheKey ? [[nodeId, cacheKey]] : [])));
}

async function keysOfPlan(graph: GraphFile, outputs: ReadonlyMap<string, Record<string, ArtifactRef>>) {
  const { plan, inputs } = plannedOf(graph);
  const keys = keysOfRun(plan, new Map());
  const byKey = new Map([...keys].map(([id, key]) => [key, id]));
  const forecast = await planGraph({
    ...{ plan, inputs, catalogue, team: "team", hash: hashText, last: {} },
    lookup: async (asked) =>
      new Map(
        asked.flatMap((key) => {
          const made = outputs.get(byKey.get(key) ?? "");
          if (!made) return [];
          const views = Object.entries(made).map(([port, { digest, type }]) => [
            port,
            { type, digest, facts: { type } as PortType },
          ]);
          return [[key, { run: 1, outputs: Object.fromEntries(views) }]];
        }),
      ),
  });
  return { forecast, keys };
}

const known = (graph: GraphFile): GraphFile => ({
  ...graph,
  nodes: graph.nodes.filter((node) => catalogue[node.kind]),
});

test("the plan and the run give every node of any graph the same cache key", async () => {
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(anyGraph, async (any) => {
      const graph = known(any);
      const outputs = new Map<string, Record<string, ArtifactRef>>();
      keysOfRun(plannedOf(graph).plan, outputs);
      const { forecast, keys } = await keysOfPlan(graph, outputs);
      for (const { id, cacheKey, action } of forecast.nodes) {
        if (action !== "cached" && action !== "run") continue;
        expect([id, cacheKey]).toEqual([id, keys.get(id)]);
        if (cacheKey) compared++;
      }
    }),
    { numRuns: 200 },
  );
  expect(compared).toBeGreaterThan(200);
});

test("a list input that names no slot has one key", async () => {
  const graph: GraphFile = {
    telar: 1,
    name: "slots",
    nodes: [
      { id: "a", kind: "source", version: 2, params: {} },
      { id: "m", kind: "mix", version: 1, params: {} },
    ],
    wires: [{ from: "a.data", to: "m.data" }],
  };
  const outputs = new Map<string, Record<string, ArtifactRef>>();
  keysOfRun(plannedOf(graph).plan, outputs);
  const { forecast, keys } = await keysOfPlan(graph, outputs);
  expect(forecast.nodes.map(({ id, action }) => [id, action])).toEqual([
    ["a", "cached"],
    ["m", "cached"],
  ]);
  expect(forecast.nodes[1]!.cacheKey).toBe(keys.get("m"));
});

test("another engine version gives what trains another key, and nothing else", () => {
  const graph: GraphFile = {
    telar: 1,
    name: "train",
    nodes: [
      { id: "a", kind: "source", version: 2, params: {} },
      { id: "b", kind: "chat", version: 1, params: {} },
      { id: "c", kind: "clean", version: 1, params: {} },
    ],
    wires: [
      { from: "a.data", to: "b.data" },
      { from: "b.data", to: "c.data" },
    ],
  };
  const planned = (version: string) => plannedOf(graph, [machine(version)]).plan.nodes;
  expect(planned("1").map(({ placement }) => placement?.version)).toEqual([undefined, undefined, "1"]);
  const before = keysOfRun(plannedOf(graph).plan, new Map());
  const { plan } = plannedOf(graph, [machine("2")]);
  // No machine with this version is up: it stays ready, and no key is made for another engine.
  const after = keysOfRun(plan, new Map());
  expect(after.get("b")).toBe(before.get("b"));
  expect(after.get("c")).not.toBe(before.get("c"));
});
