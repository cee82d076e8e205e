import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyGraph, testCatalogue } from "./_testing";
import { checkGraph } from "./checks/index";
import { parsePortRef } from "./document";
import { findCycle, topologicalOrder, withAncestors, wouldCycle } from "./topology";

describe("order", () => {
  it("puts every node after all that feed it, whatever the order in the file", () => {
    fc.assert(
      fc.property(anyGraph, (graph) => {
        const order = topologicalOrder(graph);
        expect(order).toHaveLength(graph.nodes.length);
        for (const { from, to } of graph.wires) {
          expect(order.indexOf(parsePortRef(from).node)).toBeLessThan(order.indexOf(parsePortRef(to).node));
        }
        expect(topologicalOrder({ ...graph, nodes: [...graph.nodes].reverse() })).toEqual(order);
      }),
    );
  });

  it("lets no cycle pass: closing any path backwards is found and named", () => {
    fc.assert(
      fc.property(anyGraph, fc.nat(), (graph, n) => {
        fc.pre(graph.wires.length > 0);
        const wire = graph.wires[n % graph.wires.length]!;
        const end = parsePortRef(wire.to).node;
        const ancestors = [...withAncestors(graph, [end])];
        const start = ancestors[n % ancestors.length]!;
        const back = { from: `${end}.data`, to: `${start}.closing` };
        expect(wouldCycle(graph, back)).toBe(true);
        const closed = { ...graph, wires: [...graph.wires, back] };
        const cycle = findCycle(closed)!;
        expect(cycle).toContain(end);
        cycle.forEach((id, i) => {
          const next = cycle[(i + 1) % cycle.length];
          expect(
            closed.wires.some((w) => parsePortRef(w.from).node === id && parsePortRef(w.to).node === next),
          ).toBe(true);
        });
        expect(checkGraph(closed, testCatalogue).problems.map((p) => p.code)).toContain("cycle");
      }),
    );
  });

  it("finds no cycle where there is none", () => {
    fc.assert(fc.property(anyGraph, (graph) => findCycle(graph) === undefined));
  });
});
