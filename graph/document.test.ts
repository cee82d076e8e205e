import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyGraph } from "./_testing";
import { canonicalGraph, formatGraph } from "./document";
import { parseGraph } from "./read-graph";

const parsed = (text: string) => {
  const { file, problems } = parseGraph(text);
  expect(problems).toEqual([]);
  return file!;
};

describe("the graph file", () => {
  it("survives parse, format, parse", () => {
    fc.assert(
      fc.property(anyGraph, (graph) => {
        const text = formatGraph(graph);
        expect(formatGraph(parsed(text))).toBe(text);
        expect(parsed(text)).toEqual(canonicalGraph(graph));
      }),
    );
  });

  it("has the same bytes whatever the order of its parts", () => {
    fc.assert(
      fc.property(anyGraph, (graph) => {
        const turned = { ...graph, nodes: [...graph.nodes].reverse(), wires: [...graph.wires].reverse() };
        expect(formatGraph(turned)).toBe(formatGraph(graph));
      }),
    );
  });

  it.each([
    ["{", "graph-json-cut", undefined],
    ["[]", "graph-not-graph", undefined],
    ['{"telar":2,"name":"x"}', "graph-too-new", undefined],
    ['{"telar":1,"name":"x","nodes":[{"id":"a","kind":"k","version":0}]}', "graph-field-least", "a"],
    ['{"telar":1,"name":"x","colour":"red"}', "graph-field-unknown", undefined],
    [
      '{"telar":1,"name":"x","nodes":[{"id":"a","kind":"k","version":1},{"id":"a","kind":"k","version":1}]}',
      "id-repeated",
      "a",
    ],
    [
      '{"telar":1,"name":"x","wires":[{"from":"a.b","to":"c.d"},{"from":"e.f","to":"c.d"}]}',
      "input-taken",
      "c",
    ],
    ['{"telar":1,"name":"x","wires":[{"from":"a","to":"c.d"}]}', "graph-field-ref", undefined],
  ])("refuses %s as %s", (text, code, node) => {
    const { file, problems } = parseGraph(text);
    expect(file).toBeUndefined();
    expect(problems[0]).toMatchObject({ code, ...(node ? { node } : {}) });
  });

  it("reads a file that begins with a byte order mark", () => {
    expect(parsed('\uFEFF{"telar":1,"name":"x"}').name).toBe("x");
  });
});
