import { describe, expect, it } from "vitest";
import type { GraphFile } from "./document";
import { addFrame, changeFrame, dissolveFrame, docToFile, fileToDoc, setVia, spliceNode } from "./draft";
import { chosenFrame, crossing } from "./frames";
import { readGraph } from "./read-graph";

const file = readGraph({
  telar: 1,
  name: "x",
  nodes: ["a", "b", "c", "d", "e"].map((id) => ({ id, kind: "k", version: 1 })),
  wires: [
    { from: "a.out", to: "b.in" },
    { from: "b.out", to: "c.in" },
    { from: "c.out", to: "d.in" },
    { from: "c.out", to: "e.in" },
  ],
}).file as GraphFile;

describe("frames", () => {
  it("lets only what crosses its edge through", () => {
    expect(crossing(file, { nodes: ["b", "c"] })).toEqual({ inputs: ["b.in"], outputs: ["c.out"] });
  });

  it("hold a node once", () => {
    const doc = fileToDoc(file);
    const first = addFrame(doc, { title: "one", nodes: ["a", "b"] });
    const second = addFrame(doc, { title: "two", nodes: ["b", "c"] });
    expect(docToFile(doc).frames).toEqual([
      { id: first, title: "one", nodes: ["a"] },
      { id: second, title: "two", nodes: ["b", "c"] },
    ]);
    changeFrame(doc, second, { collapsed: true, promoted: ["b.x"] }, [8, 8]);
    expect(docToFile(doc).layout?.[second]).toEqual([8, 8]);
    expect(chosenFrame(docToFile(doc).frames, ["c", "b"])?.id).toBe(second);
    dissolveFrame(doc, second);
    dissolveFrame(doc, first);
    expect(docToFile(doc)).toEqual(docToFile(fileToDoc(file)));
  });
});

describe("wires", () => {
  it("are led through points, and let go again", () => {
    const doc = fileToDoc(file);
    setVia(doc, "b.in", [[10, 20]]);
    expect(docToFile(doc).wires[0]).toEqual({ from: "a.out", to: "b.in", via: [[10, 20]] });
    setVia(doc, "b.in", []);
    expect(docToFile(doc).wires[0]).toEqual({ from: "a.out", to: "b.in" });
  });

  it("take a node between their ends", () => {
    const doc = fileToDoc(file);
    spliceNode(doc, "c.in", { input: "e.in", output: "e.out" });
    expect(docToFile(doc).wires).toContainEqual({ from: "b.out", to: "e.in" });
    expect(docToFile(doc).wires).toContainEqual({ from: "e.out", to: "c.in" });
  });
});
