import { describe, expect, it } from "vitest";
import type { PlanEntry } from "@/graph/plan";
import { problem } from "@/graph/problems";
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
  deadlineMs: 3_600_000,
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
const running = { number: 42, id: "r42", status: "RUNNING" as const, smoke: false };
const failed = { number: 42, id: "r42", status: "FAILED" as const, smoke: false };

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
  it("keeps smoke runs apart: their results show only where no whole run has any", () => {
    const smokeRun = { number: 42, id: "r42", status: "SUCCEEDED" as const, smoke: true };
    const small = { ...result, run: 42, runId: "r42" };
    const reasons = [{ code: "param" as const, param: "rank", before: "8", after: "16" }];
    const going = { ...smokeRun, status: "RUNNING" as const };
    const done = live("SUCCEEDED", { outputs });
    expect(nodeState({ node: {}, plan: plan("run"), run: going, live: done })).toMatchObject({
      look: "smoke",
      smoke: true,
    });
    expect(nodeState({ node: {}, plan: plan("run"), run: smokeRun, live: done, smoke: small })).toMatchObject(
      {
        look: "smoke",
        run: 42,
        outputs,
      },
    );
    const after = nodeState({
      node: {},
      plan: plan("run", { reasons }),
      run: smokeRun,
      live: done,
      result,
      smoke: small,
    });
    expect(after).toMatchObject({ look: "stale", run: 41, reasons });
    expect(after.smoke).toBeUndefined();
    const cached = { node: {}, plan: plan("cached", { run: 41 }), run: smokeRun, live: done, result };
    expect(nodeState(cached)).toMatchObject({ look: "cached", run: 41 });
  });
  it("says which nodes a smoke run left out, and which failed in one", () => {
    const smokeRun = { number: 42, id: "r42", status: "FAILED" as const, smoke: true };
    const reasons = [{ code: "side-effect" as const }];
    const left = live("SKIPPED", { reasons });
    expect(nodeState({ node: {}, plan: plan("run"), run: smokeRun, live: left })).toMatchObject({
      look: "skipped",
      smoke: true,
      reasons,
    });
    expect(nodeState({ node: {}, plan: plan("run"), run: smokeRun, live: left, result }).look).toBe("stale");
    expect(nodeState({ node: {}, plan: plan("run"), run: smokeRun, live: live("FAILED") })).toMatchObject({
      look: "failed",
      smoke: true,
    });
  });
  it("is invalid with an error of its own, and waits behind one of another node", () => {
    const error = problem("param-required", { node: "n", param: "path" });
    const last = live("SUCCEEDED", { outputs });
    const over = { number: 42, id: "r42", status: "SUCCEEDED" as const, smoke: false };
    expect(nodeState({ node: {}, error, blocked: true, run: over, live: last, result })).toMatchObject({
      look: "invalid",
      problem: error,
      outputs,
    });
    expect(nodeState({ node: {}, blocked: true, run: over, live: last, result })).toMatchObject({
      look: "stale",
      reasons: [{ code: "blocked" }],
    });
    expect(nodeState({ node: {}, blocked: true }).look).toBe("idle");
  });
  it("gives no number of its own to the run of another graph", () => {
    const reused = nodeState({ node: {}, plan: plan("cached", { run: 3, runOf: "Other", outputs }), result });
    expect(reused).toMatchObject({ look: "cached", outputs });
    expect(reused.run).toBeUndefined();
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
