import { expect, it } from "vitest";
import { testCatalogue } from "@/graph/_testing";
import { emptyGraph, type GraphFile } from "@/graph/document";
import { inferGraph } from "@/graph/infer";
import { possibleWires } from "./possible-wires";

const file: GraphFile = {
  ...emptyGraph("wires"),
  nodes: [
    { id: "rows", kind: "source", version: 2, params: {} },
    { id: "talk", kind: "chat", version: 1, params: {} },
    { id: "wash", kind: "clean", version: 1, params: {} },
  ],
  wires: [{ from: "rows.data", to: "talk.data" }],
};
const of = (id: string, graph = file) =>
  possibleWires(graph, id, testCatalogue, inferGraph(graph, testCatalogue, {}).types);

it("offers what fits, both ways, and neither what is wired nor what would close a circle", () => {
  const [first, ...rest] = of("wash");
  expect(first).toEqual({ from: "talk.data", to: "wash.data" });
  expect(rest.at(-1)).toEqual({ from: "rows.data", to: "wash.data", adapter: "chat" });
  expect(of("talk")).toContainEqual({ from: "talk.data", to: "wash.data" });
  expect(of("talk").some((wire) => wire.to === "rows.data" || wire.from === "rows.data")).toBe(false);
});

it("says what a wire would take the place of", () => {
  const wired = { ...file, wires: [...file.wires, { from: "talk.data", to: "wash.data" }] };
  const other = { ...wired, nodes: [...wired.nodes, { id: "more", kind: "chat", version: 1, params: {} }] };
  expect(of("more", other)).toContainEqual({ from: "more.data", to: "wash.data", replaces: "talk.data" });
});
