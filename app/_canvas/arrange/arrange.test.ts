import { describe, expect, it } from "vitest";
import type { AnyNode, Catalogue } from "@/graph/define-node";
import type { GraphFile } from "@/graph/document";
import { arrange, columns, scaleOf } from "./arrange";

const kind = (inputs: string[], outputs: string[]) =>
  ({
    inputs: Object.fromEntries(
      inputs.map((p) => [p, { want: { type: "dataset" }, labels: "flow" as const }]),
    ),
    outputs: Object.fromEntries(outputs.map((p) => [p, { type: "dataset" }])),
  }) as unknown as AnyNode;
const catalogue: Catalogue = {
  source: kind([], ["data"]),
  step: kind(["data"], ["data"]),
  join: kind(["a", "b"], ["data"]),
};
const node = (id: string, of: string) => ({ id, kind: of, version: 1, params: {} });
const file: GraphFile = {
  telar: 1,
  name: "x",
  nodes: [
    node("a", "source"),
    node("b", "step"),
    node("c", "step"),
    node("m", "source"),
    node("j", "join"),
    node("k", "step"),
  ],
  wires: [
    { from: "a.data", to: "b.data" },
    { from: "b.data", to: "c.data" },
    { from: "c.data", to: "j.a" },
    { from: "m.data", to: "j.b" },
    { from: "j.data", to: "k.data" },
  ],
};
const size = () => ({ width: 172, height: 110 });

describe("columns", () => {
  it("stacks nodes that follow one another without a choice", () => {
    expect(columns(file, catalogue, size, 800)).toEqual([["a", "b", "c"], ["m"], ["j", "k"]]);
  });
  it("continues a tall column in the next one", () => {
    expect(columns(file, catalogue, size, 260)).toEqual([["a", "b"], ["c"], ["m"], ["j", "k"]]);
  });
});

describe("arrange", () => {
  it("gives every node a place, none on another, and data flows right or down", async () => {
    const layout = await arrange(file, catalogue, size);
    const rects = Object.entries(layout).map(([id, [x, y]]) => ({ id, x, y }));
    expect(rects.map((r) => r.id).sort()).toEqual(file.nodes.map((n) => n.id).sort());
    for (const a of rects)
      for (const b of rects)
        if (a.id < b.id)
          expect(Math.abs(a.x - b.x) >= 172 || Math.abs(a.y - b.y) >= 110, `${a.id} ${b.id}`).toBe(true);
    for (const { from, to } of file.wires) {
      const [a, b] = [layout[from.split(".")[0]!]!, layout[to.split(".")[0]!]!];
      expect(b[0] > a[0] || b[1] > a[1]).toBe(true);
    }
    expect(scaleOf(layout, size)).toBeGreaterThan(0.8);
  });
  it("puts notes below the graph", async () => {
    const layout = await arrange(
      { ...file, notes: [{ id: "n", markdown: "x", after: "b" }] },
      catalogue,
      size,
    );
    const { n, ...nodes } = layout;
    expect(n![1]).toBeGreaterThan(Math.max(...Object.values(nodes).map(([, y]) => y + 110)));
  });
  it("lays out an empty graph", async () => {
    expect(await arrange({ ...file, nodes: [], wires: [] }, catalogue, size)).toEqual({});
  });
});
