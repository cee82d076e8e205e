import { expect, it } from "vitest";
import { emptyGraph, type GraphFile } from "@/graph/document";
import type { RunView } from "@/graph/run-view";
import { createStatusStore } from "./status-store";

const file = (params: GraphFile["nodes"][number]["params"]): GraphFile => ({
  ...emptyGraph("runs"),
  nodes: [{ id: "train", kind: "lora-train", version: 1, params }],
});
const run = {
  run: "r1",
  number: 1,
  status: "RUNNING",
  nodes: [{ id: "train", kind: "lora-train", status: "RUNNING", seconds: null, outputs: {}, metrics: {} }],
} as unknown as RunView;

it("calls a node edited when a value differs from the run under way, not when the order of its parameters does", () => {
  const store = createStatusStore();
  store.update({ run, runFile: file({ rank: 8, steps: 12 }) }, file({ steps: 12, rank: 8 }));
  expect(store.getState().nodes.train).not.toHaveProperty("edited");
  store.update({}, file({ steps: 12, rank: 16 }));
  expect(store.getState().nodes.train).toHaveProperty("edited", true);
});
