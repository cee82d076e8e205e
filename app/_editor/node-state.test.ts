import { describe, expect, it } from "vitest";
import type { PlanEntry } from "@/graph/plan";
import type { NodeRunStatus, NodeRunView } from "@/graph/run-view";
import { type NodeResult, nodeState, shareDone, wireLook } from "./node-state";

const estimate = { seconds: 10, memoryBytes: 0, diskBytes: 0, wattHours: 0 };
const outputs = {
  data: {
    type: "dataset" as const,
    digest: "sha256:1",
    facts: { type: "dataset" as const, shape: "chat" as const, rows: 9 },
  },
};
const plan = (action: PlanEntry["action"], over: Partial<PlanEntry> = {}): PlanEntry => ({
  id: "n",
  kind: "split",
  action,
  reasons: [],
  estimate,
  estimatedFrom: 0,
  runtime: { in: "node" },
  resources: { threads: 1, memoryBytes: 0, gpus: 0 },
  ...over,
});
const live = (status: NodeRunStatus, over: Partial<NodeRunView> = {}): NodeRunView => ({
  id: "n",
  kind: "split",
  status,
  attempt: 1,
  seconds: null,
  startedAt: null,
  finishedAt: null,
  why: "",
  reasons: [],
  outputs: {},
  metrics: {},
  ...over,
});
const result: NodeResult = { status: "SUCCEEDED", seconds: 3, outputs, metrics: {}, run: 41, runId: "r41" };
const running = { number: 42, id: "r42", status: "RUNNING" as const };
const failed = { number: 42, id: "r42", status: "FAILED" as const };

describe("nodeState", () => {
  it("is idle before anything ran", () => {
    expect(nodeState({ node: {}, plan: plan("run", { reasons: [{ code: "never-ran" }] }) }).look).toBe(
      "idle",
    );
  });
  it("is cached when the plan finds its result", () => {
    expect(nodeState({ node: {}, plan: plan("cached", { run: 39, outputs }) })).toMatchObject({
      look: "cached",
      run: 39,
      outputs,
    });
  });
  it("keeps the old output and turns stale when it would run again", () => {
    const reasons = [{ code: "param" as const, param: "rank", before: "8", after: "16" }];
    expect(nodeState({ node: {}, plan: plan("run", { reasons }), result })).toMatchObject({
      look: "stale",
      run: 41,
      outputs,
      reasons,
    });
  });
  it("follows the run under way, with the outputs of the last one until there are new ones", () => {
    const progress = { done: 104, total: 168, unit: "steps" };
    const state = nodeState({
      node: {},
      plan: plan("run"),
      result,
      run: running,
      live: live("RUNNING", { progress }),
    });
    expect(state).toMatchObject({ look: "running", progress, outputs, run: 42 });
    expect(nodeState({ node: {}, result, run: running, live: live("READY") })).toMatchObject({
      look: "queued",
      run: 41,
    });
  });
  it("stays failed until it is edited", () => {
    const known = { node: {}, plan: plan("run"), run: failed, live: live("FAILED") };
    expect(nodeState(known).look).toBe("failed");
    expect(nodeState({ ...known, result, edited: true }).look).toBe("stale");
  });
  it("lets what a person set on the node win", () => {
    expect(nodeState({ node: { state: "muted" }, run: running, live: live("SKIPPED") }).look).toBe("muted");
    expect(nodeState({ node: { state: "frozen" }, plan: plan("frozen") }).look).toBe("frozen");
    expect(nodeState({ node: { state: "bypassed" }, plan: plan("bypass") }).look).toBe("bypassed");
  });
  it("marks a node edited since the run began", () => {
    expect(nodeState({ node: {}, run: running, live: live("RUNNING"), edited: true }).edited).toBe(true);
  });
});

describe("wireLook", () => {
  const state = (look: ReturnType<typeof nodeState>["look"]) => ({ look, reasons: [], outputs, metrics: {} });
  it("tells data, old data, no data and data on its way apart", () => {
    expect(wireLook(state("cached"), state("cached"), true)).toBe("solid");
    expect(wireLook(state("stale"), state("stale"), true)).toBe("stale");
    expect(wireLook(state("idle"), state("idle"), false)).toBe("empty");
    expect(wireLook(state("done"), state("running"), true)).toBe("flow");
  });
});

describe("shareDone", () => {
  it("is unknown without a total and never leaves 0 to 1", () => {
    expect(shareDone({ done: 5, unit: "rows" })).toBeUndefined();
    expect(shareDone({ done: 5, total: 4, unit: "rows" })).toBe(1);
  });
});
