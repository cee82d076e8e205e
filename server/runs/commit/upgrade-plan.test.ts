import { expect, test } from "vitest";
import type { ExecutionPlan } from "@/graph/plan/execution-plan";
import { upgradePlan } from "./upgrade-plan";

const node = {
  id: "a",
  kind: "step",
  version: 1,
  codeVersion: 1,
  params: {},
  inputs: [],
  cache: "content",
  deadlineMs: 1,
};

test("a plan that an earlier version stored goes on: its GPU counts, its sentence becomes a reason", () => {
  const stored = {
    nodes: [
      {
        ...node,
        action: "run",
        fingerprint: true,
        resources: { threads: 1, memoryBytes: 1, device: "gpu", vramBytes: 5 },
      },
      { ...node, action: "skip", why: "Muted.", resources: { threads: 1, memoryBytes: 1, device: "cpu" } },
    ],
  };
  const { nodes } = upgradePlan(stored as unknown as ExecutionPlan);
  expect(nodes[0]!.resources).toEqual({ threads: 1, memoryBytes: 1, gpus: 1, vramBytes: 5 });
  expect(nodes[1]).toMatchObject({ action: "skip", reason: { code: "muted" }, resources: { gpus: 0 } });
  expect(upgradePlan({ nodes })).toEqual({ nodes });
});
