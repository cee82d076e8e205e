import { describe, expect, it } from "vitest";
import { z } from "zod";
import { type Catalogue, defineNode } from "@/graph/define-node";
import { addNode, fileToDoc, moveNodes, setParam } from "@/graph/draft";
import { createModel } from "./model";

const source = defineNode({
  kind: "source",
  version: 1,
  codeVersion: 1,
  category: "data",
  icon: "database",
  params: z.object({ rows: z.int().min(1).default(10) }),
  inputs: {},
  outputs: { data: { type: "dataset" } },
  infer: ({ rows }) => ({ data: { type: "dataset" as const, shape: "chat" as const, rows } }),
  resources: () => ({ threads: 1, memoryBytes: 1, gpus: 0 }),
  estimate: () => ({ seconds: 1, memoryBytes: 1, diskBytes: 1, wattHours: 0 }),
  cache: "content",
});
const catalogue: Catalogue = { source };
const open = () =>
  createModel(
    fileToDoc({
      telar: 1,
      name: "Test",
      nodes: ["a", "b"].map((id) => ({ id, kind: "source", version: 1, params: {} })),
      wires: [],
    }),
    catalogue,
  );

describe("the model of a draft", () => {
  it("renews only the node whose parameter changed", () => {
    const model = open();
    const before = model.store.getState();
    setParam(model.doc, "a", "rows", 20);
    const after = model.store.getState();
    expect(after.file.nodes.find((n) => n.id === "a")?.params).toEqual({ rows: 20 });
    expect(after.file.nodes.find((n) => n.id === "b")).toBe(before.file.nodes.find((n) => n.id === "b"));
    expect(after.inferred.types["a.data"]).toMatchObject({ rows: 20 });
    expect(after.inferred.types["b.data"]).toBe(before.inferred.types["b.data"]);
  });

  it("infers nothing again when only the layout changed", () => {
    const model = open();
    const before = model.store.getState();
    moveNodes(model.doc, { a: [40, 40] });
    const after = model.store.getState();
    expect(after.file.layout).toEqual({ a: [40, 40] });
    expect(after.inferred).toBe(before.inferred);
    expect(after.file.nodes).toBe(before.file.nodes);
  });

  it("undoes and redoes a person's own edits", () => {
    const model = open();
    addNode(model.doc, { kind: "source", version: 1 }, [0, 0]);
    expect(model.store.getState()).toMatchObject({ canUndo: true, canRedo: false });
    model.undo.undo();
    expect(model.store.getState().file.nodes).toHaveLength(2);
    expect(model.store.getState()).toMatchObject({ canUndo: false, canRedo: true });
    model.undo.redo();
    expect(model.store.getState().file.nodes).toHaveLength(3);
  });

  it("takes every command as one step, and what is typed into one field as one", () => {
    const model = open();
    for (const rows of [2, 20, 200]) setParam(model.doc, "a", "rows", rows);
    setParam(model.doc, "b", "rows", 5);
    moveNodes(model.doc, { a: [8, 8] });
    moveNodes(model.doc, { a: [16, 16] });
    const places = () => model.store.getState().file.layout?.a;
    model.undo.undo();
    expect(places()).toEqual([8, 8]);
    model.undo.undo();
    expect(places()).toBeUndefined();
    model.undo.undo();
    const params = () => model.store.getState().file.nodes.map((n) => n.params.rows);
    expect(params()).toEqual([200, undefined]);
    model.undo.undo();
    expect(params()).toEqual([undefined, undefined]);
    expect(model.store.getState().canUndo).toBe(false);
  });
});
