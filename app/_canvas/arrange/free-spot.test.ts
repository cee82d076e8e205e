import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { freeSpot, spread } from "./free-spot";
import { type Rect, touches } from "./geometry";

const rect = fc.record({
  x: fc.integer({ min: -400, max: 400 }),
  y: fc.integer({ min: -400, max: 400 }),
  width: fc.integer({ min: 40, max: 260 }),
  height: fc.integer({ min: 40, max: 260 }),
});
const rects = fc.array(rect, { maxLength: 30 });

describe("a free spot", () => {
  it("is on nothing that stands, however crowded it is, and on the raster", () => {
    fc.assert(
      fc.property(rects, rect, (standing, wanted) => {
        const [x, y] = freeSpot(standing, wanted);
        expect(standing.filter((one) => touches(one, { ...wanted, x, y }))).toEqual([]);
        expect([x % 4, y % 4].map(Math.abs)).toEqual([0, 0]);
      }),
    );
  });

  it("is the wanted one where that is free", () => {
    expect(
      freeSpot([{ x: 0, y: 0, width: 200, height: 100 }], { x: 300, y: 8, width: 200, height: 100 }),
    ).toEqual([300, 8]);
  });

  it("is the nearest one beside, below an equally near one to the right", () => {
    const one = { x: 0, y: 0, width: 200, height: 100 };
    expect(freeSpot([one], one)).toEqual([0, 124]);
    expect(freeSpot([one], { ...one, x: 180 })).toEqual([224, 0]);
    expect(freeSpot([one, { ...one, y: 130 }], { ...one, y: -60 })).toEqual([0, -124]);
  });

  it("puts many on one point beside one another", () => {
    fc.assert(
      fc.property(rects, fc.array(rect, { minLength: 1, maxLength: 12 }), (standing, many) => {
        const moving = new Map(many.map((one, k) => [`n${k}`, one]));
        const places = spread(standing, moving);
        const all: Rect[] = many.map((one, k) => ({
          ...one,
          x: places[`n${k}`]![0],
          y: places[`n${k}`]![1],
        }));
        for (const [k, one] of all.entries())
          expect([...standing, ...all.slice(0, k)].some((other) => touches(other, one))).toBe(false);
      }),
    );
  });
});
