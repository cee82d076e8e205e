import { describe, expect, it } from "vitest";
import { align } from "./align";

const rects = new Map([
  ["a", { x: 0, y: 0, width: 100, height: 50 }],
  ["b", { x: 30, y: 80, width: 200, height: 100 }],
  ["c", { x: 10, y: 300, width: 100, height: 50 }],
]);

describe("aligning", () => {
  it("lines nodes up on the outermost edge or the middle between the edges", () => {
    expect(align("alignLeft", rects)).toEqual({ a: [0, 0], b: [0, 80], c: [0, 300] });
    expect(align("alignRight", rects)).toEqual({ a: [130, 0], b: [30, 80], c: [130, 300] });
    expect(align("alignCentre", rects)).toMatchObject({ a: [65, 0], b: [15, 80] });
    expect(align("alignBottom", rects)).toMatchObject({ a: [0, 300], b: [30, 250] });
  });

  it("spreads nodes with equal gaps and keeps both ends", () => {
    expect(align("spreadDown", rects)).toEqual({ a: [0, 0], b: [30, 125], c: [10, 300] });
  });
});
