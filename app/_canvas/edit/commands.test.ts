import { describe, expect, it } from "vitest";
import { touches } from "../arrange/geometry";
import { leavePinned } from "./commands";

/** As the canvas answers: with where the node stands now. */
const size = () => ({ x: 900, y: 900, width: 200, height: 100 });

describe("tidying around pinned nodes", () => {
  const file = {
    layout: { a: [400, 80], b: [640, 60], c: [7, 7] } as Record<string, [number, number]>,
    pinned: ["a", "b"],
  };
  it("moves all others as the first pinned one would have moved", () => {
    const places = leavePinned({ a: [0, 0], b: [240, 0], c: [0, 200] }, file, size);
    expect(places).toEqual({ c: [400, 280] });
  });
  it("puts none on a pinned one", () => {
    const { c } = leavePinned({ a: [0, 0], b: [0, 200], c: [260, 0] }, file, size);
    expect(
      touches({ x: c![0], y: c![1], width: 200, height: 100 }, { x: 640, y: 60, width: 200, height: 100 }),
    ).toBe(false);
  });
});
