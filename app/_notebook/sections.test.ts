import { describe, expect, it } from "vitest";
import type { AnyNode, Catalogue, Category } from "@/graph/define-node";
import type { GraphFile } from "@/graph/document";
import { sections } from "./sections";

const kind = (category: Category) => ({ category }) as AnyNode;
const catalogue: Catalogue = {
  file: kind("data"),
  clean: kind("clean"),
  model: kind("model"),
  train: kind("train"),
};
const node = (id: string, of: string) => ({ id, kind: of, version: 1, params: {} });
const file: GraphFile = {
  telar: 1,
  name: "x",
  nodes: [node("a", "file"), node("b", "clean"), node("m", "model"), node("c", "clean"), node("t", "train")],
  wires: [
    { from: "a.data", to: "b.data" },
    { from: "b.data", to: "c.data" },
    { from: "c.data", to: "t.tokens" },
    { from: "m.model", to: "t.model" },
  ],
  notes: [
    { id: "n1", markdown: "why", after: "c" },
    { id: "n2", markdown: "what this is" },
    { id: "n3", markdown: "after nothing", after: "gone" },
  ],
};

describe("sections", () => {
  it("keeps each category together where the order allows", () => {
    const made = sections(file, ["a", "m", "b", "c", "t"], catalogue).sections;
    expect(made.map((s) => [s.category, s.entries.map((e) => e.node.id)])).toEqual([
      ["data", ["a"]],
      ["clean", ["b", "c"]],
      ["model", ["m"]],
      ["train", ["t"]],
    ]);
  });
  it("puts notes after their node, others in front", () => {
    const made = sections(file, ["a", "m", "b", "c", "t"], catalogue);
    expect(made.sections[1]?.entries[1]?.notes.map((n) => n.id)).toEqual(["n1"]);
    expect(made.intro.map((n) => n.id)).toEqual(["n2", "n3"]);
  });
  it("still lists nodes that no order has: on a cycle", () => {
    const made = sections(file, ["a"], catalogue);
    expect(made.sections.flatMap((s) => s.entries)).toHaveLength(5);
  });
});
