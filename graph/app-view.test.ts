import { describe, expect, it } from "vitest";
import { z } from "zod";
import { appInputs, appOutputs, appTargets, notOffered } from "./app-view";
import type { AnyNode, Catalogue } from "./define-node";
import type { GraphFile } from "./document";

const kind = (outputs: string[], sideEffect?: true) =>
  ({
    params: z.object({ size: z.number().default(1), key: z.json().optional() }),
    outputs: Object.fromEntries(outputs.map((port) => [port, { type: "dataset" }])),
    ...(sideEffect ? { sideEffect } : {}),
  }) as unknown as AnyNode;
const catalogue: Catalogue = { make: kind(["data", "ledger"]), ship: kind(["endpoint"], true) };
const node = (id: string, of: string, params = {}) => ({ id, kind: of, version: 1, params });
const file: GraphFile = {
  telar: 1,
  name: "x",
  nodes: [
    node("a", "make", { key: { secret: "TOKEN" } }),
    node("b", "make"),
    node("s", "ship"),
    node("c", "make"),
  ],
  wires: [
    { from: "a.data", to: "b.data" },
    { from: "b.data", to: "s.data" },
    { from: "s.endpoint", to: "c.data" },
  ],
  app: {
    inputs: ["b.size", "a.key", "a.gone", "gone.size"],
    outputs: ["b.data", "b.ledger", "c.data", "s.endpoint", "b.gone"],
  },
};

describe("the App view of a graph", () => {
  it("offers parameters that the graph still has, and never a secret", () => {
    expect(appInputs(file, catalogue).map(({ ref }) => ref)).toEqual(["b.size"]);
  });
  it("shows a node once with all its chosen outputs", () => {
    expect(appOutputs(file, catalogue).map(({ node: { id }, ports }) => [id, ports])).toEqual([
      ["b", ["data", "ledger"]],
      ["c", ["data"]],
      ["s", ["endpoint"]],
    ]);
  });
  it("runs what leads to its outputs but nothing that acts on the world", () => {
    expect(appTargets(file, catalogue)).toEqual(["b"]);
  });
  it("refuses to change what it does not offer", () => {
    expect(notOffered(file, catalogue, { "b.size": 2, "a.size": 3, "a.key": "x" })).toEqual([
      "a.size",
      "a.key",
    ]);
  });
  it("is empty for a graph without one", () => {
    const { app: _none, ...bare } = file;
    expect([appInputs(bare, catalogue), appOutputs(bare, catalogue), appTargets(bare, catalogue)]).toEqual([
      [],
      [],
      [],
    ]);
  });
});
