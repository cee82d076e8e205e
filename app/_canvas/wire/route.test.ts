import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { labelSpot, type Point, type Rect, roundedPath, straighten } from "../arrange/geometry";
import { plain, routeWires, type WireEnds } from "./route";

const orthogonal = (points: Point[]) =>
  points.slice(1).every((p, k) => p.x === points[k]!.x || p.y === points[k]!.y);

const crosses = (points: Point[], r: Rect) =>
  points.slice(1).some((b, k) => {
    const a = points[k]!;
    return (
      Math.max(a.x, b.x) > r.x + 1 &&
      Math.min(a.x, b.x) < r.x + r.width - 1 &&
      Math.max(a.y, b.y) > r.y + 1 &&
      Math.min(a.y, b.y) < r.y + r.height - 1
    );
  });

const node = (x: number, y: number): Rect => ({ x, y, width: 172, height: 110 });
const wire = (a: Rect, b: Rect, id = "w"): WireEnds => ({
  id,
  trunk: id,
  from: { x: a.x + a.width, y: a.y + 40, side: "right" },
  to: { x: b.x, y: b.y + 40, side: "left" },
});

describe("routeWires", () => {
  it("draws one line between ports that face each other", () => {
    const [a, b] = [node(0, 0), node(260, 0)];
    expect(routeWires([wire(a, b)], [a, b]).get("w")).toEqual([
      { x: 172, y: 40 },
      { x: 260, y: 40 },
    ]);
  });

  it("goes round a node that stands between", () => {
    const [a, between, b] = [node(0, 0), node(260, 0), node(520, 0)];
    const route = routeWires([wire(a, b)], [a, between, b]).get("w")!;
    expect(orthogonal(route)).toBe(true);
    expect([a, between, b].some((r) => crosses(route, r))).toBe(false);
  });

  it("keeps wires of different outputs on separate tracks", () => {
    const [a, b, c, d] = [node(0, 0), node(0, 200), node(300, 300), node(300, 500)];
    const routes = routeWires([wire(a, c, "ac"), wire(b, d, "bd")], [a, b, c, d]);
    const upright = (id: string) => {
      const points = routes.get(id)!;
      return points.find((p, k) => k > 0 && points[k - 1]!.x === p.x && points[k - 1]!.y !== p.y)!.x;
    };
    expect(upright("ac")).not.toBe(upright("bd"));
  });

  it("never crosses a node and stays orthogonal, wherever nodes stand on a loose raster", () => {
    const place = fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 5 })), {
      minLength: 3,
      maxLength: 12,
      selector: ([x, y]) => `${x},${y}`,
    });
    fc.assert(
      fc.property(place, (spots) => {
        const nodes = spots.map(([x, y]) => node(x * 250, y * 170));
        const wires = nodes.slice(1).map((n, k) => wire(nodes[k]!, n, `w${k}`));
        for (const [id, route] of routeWires(wires, nodes)) {
          const { from, to } = wires.find((w) => w.id === id)!;
          expect(route[0]).toEqual({ x: from.x, y: from.y });
          expect(route.at(-1)).toEqual({ x: to.x, y: to.y });
          expect(orthogonal(route)).toBe(true);
          expect(nodes.filter((r) => crosses(route, r))).toEqual([]);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("keeps the bends a person gave", () => {
    const [a, b] = [node(0, 0), node(400, 300)];
    const given = {
      ...wire(a, b),
      via: [
        [200, 40],
        [200, 340],
      ] as const,
    };
    expect(routeWires([given], [a, b]).get("w")).toHaveLength(4);
  });
});

describe("geometry", () => {
  it("joins straight stretches", () => {
    expect(
      straighten([
        { x: 0, y: 0 },
        { x: 5, y: 0 },
        { x: 9, y: 0 },
        { x: 9, y: 4 },
      ]),
    ).toEqual([
      { x: 0, y: 0 },
      { x: 9, y: 0 },
      { x: 9, y: 4 },
    ]);
  });
  it("rounds corners no further than half a stretch", () => {
    expect(
      roundedPath(
        [
          { x: 0, y: 0 },
          { x: 6, y: 0 },
          { x: 6, y: 40 },
        ],
        10,
      ),
    ).toBe("M0 0 L3 0 Q6 0 6 3 L6 40");
  });
  it("puts the label on the longest level stretch", () => {
    expect(
      labelSpot([
        { x: 0, y: 0 },
        { x: 100, y: 0 },
        { x: 100, y: 90 },
      ]),
    ).toEqual({ x: 50, y: 0, beside: false });
    expect(
      labelSpot([
        { x: 0, y: 0 },
        { x: 0, y: 90 },
      ]),
    ).toEqual({ x: 0, y: 45, beside: true });
  });
  it("leaves a port straight even when the target lies behind", () => {
    const points = plain({ from: { x: 0, y: 0, side: "right" }, to: { x: -200, y: 80, side: "left" } });
    expect(orthogonal(points)).toBe(true);
    expect(points[1]!.x).toBeGreaterThan(0);
  });
});
