import type { Edge, Node } from "@xyflow/react";
import { describe, expect, it } from "vitest";
import { partDrawn, within } from "./in-sight";

const seen = { x: 0, y: 0, width: 1000, height: 800 };

describe("the part of the plane that is drawn", () => {
  it("grows with a move and stays while one moves back", () => {
    const there = partDrawn(seen, { ...seen, x: 300 });
    expect(there).toEqual({ x: 0, y: 0, width: 1300, height: 800 });
    expect(partDrawn(there, seen)).toBe(there);
  });

  it("is what is in sight once it would be more than twice that", () => {
    const far = { ...seen, x: 1200 };
    expect(partDrawn(seen, far)).toEqual(far);
    const close = { x: 400, y: 300, width: 500, height: 400 };
    expect(partDrawn(seen, close)).toEqual(close);
    expect(partDrawn(undefined, close)).toEqual(close);
  });
});

describe("what is drawn", () => {
  const node = (id: string, x: number): Node => ({
    id,
    position: { x, y: 100 },
    measured: { width: 172, height: 120 },
    data: {},
  });
  const wire = (source: string, target: string): Edge => ({ id: `${source}-${target}`, source, target });
  const nodes = [node("left", -900), node("in", 200), node("right", 1500), node("gone", 3000)];

  it("is what touches the part, with both ends of every wire that runs through it", () => {
    const { ids, edges } = within(seen, nodes, [wire("left", "right"), wire("right", "gone")]);
    expect([...ids].sort()).toEqual(["in", "left", "right"]);
    expect(edges.map((e) => e.id)).toEqual(["left-right"]);
  });

  it("has the nodes whose size is not known yet", () => {
    const fresh: Node = { id: "fresh", position: { x: 9000, y: 0 }, data: {} };
    expect(within(seen, [...nodes, fresh], []).ids.has("fresh")).toBe(true);
  });
});
