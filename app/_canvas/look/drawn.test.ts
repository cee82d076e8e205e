import { describe, expect, it } from "vitest";
import { readGraph } from "@/graph/read-graph";
import { catalogue } from "@/nodes/index";
import { drawGraph } from "./drawn";

const file = readGraph({
  telar: 1,
  name: "x",
  nodes: [
    { id: "source", kind: "dataset-file", version: 1, params: {} },
    { id: "pii", kind: "pii", version: 1, params: {} },
    { id: "dedupe", kind: "dedupe", version: 1, params: {} },
    { id: "split", kind: "split", version: 1, params: {} },
  ],
  wires: [
    { from: "source.data", to: "pii.data" },
    { from: "pii.data", to: "dedupe.data" },
    { from: "dedupe.data", to: "split.data" },
  ],
  frames: [{ id: "clean", title: "Clean", nodes: ["pii", "dedupe"], collapsed: true }],
}).file!;

describe("the drawn graph", () => {
  it("shows a collapsed frame as one node with the ports that cross its edge", () => {
    const drawn = drawGraph(file, catalogue);
    expect(drawn.file.nodes.map((n) => n.id)).toEqual(["source", "split", "clean"]);
    expect(drawn.wires.map(({ id, from, to }) => [id, from, to])).toEqual([
      ["pii.data", "source.data", "clean.pii--data"],
      ["split.data", "clean.dedupe--data", "split.data"],
    ]);
    const definition = drawn.catalogue[drawn.file.nodes[2]!.kind]!;
    expect(Object.keys(definition.inputs)).toEqual(["pii--data"]);
    expect(definition.outputs).toEqual({ "dedupe--data": { type: "dataset" } });
    expect(drawn.refs.get("clean.dedupe--data")).toBe("dedupe.data");
  });

  it("shows only the members of a frame that was entered", () => {
    const drawn = drawGraph(file, catalogue, "clean");
    expect(drawn.file.nodes.map((n) => n.id)).toEqual(["pii", "dedupe"]);
    expect(drawn.wires.map((w) => w.id)).toEqual(["dedupe.data"]);
  });

  it("is the file itself where nothing is collapsed", () => {
    const plain = { ...file, frames: [] };
    expect(drawGraph(plain, catalogue).file).toBe(plain);
  });
});
