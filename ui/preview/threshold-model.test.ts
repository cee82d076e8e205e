import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { scaleOf, shareOf, valueAt, valueByKey } from "./threshold-model";

describe("a threshold on its histogram", () => {
  it("is where it was put: place and value lead to each other", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 400 }), (value) => {
        const scale = scaleOf({ min: 0, max: 400, bins: [] }, value);
        expect(valueAt(shareOf(value, scale), scale, 1)).toBe(value);
      }),
    );
  });
  it("far beyond the data stands at the edge and leaves the data its room", () => {
    const scale = scaleOf({ min: 2, max: 52, bins: [] }, 2000);
    expect(scale).toEqual({ from: 0, to: 54 });
    expect(shareOf(2000, scale)).toBe(1);
  });
  it("keeps to its steps without trailing digits", () => {
    expect(valueAt(0.3, { from: 0, to: 1 }, 0.01)).toBe(0.3);
  });
  it("moves by keys within its range", () => {
    const range = { from: 0, to: 1 };
    expect(valueByKey("ArrowRight", 0.4, 0.01, range)).toBe(0.41);
    expect(valueByKey("PageDown", 0.05, 0.01, range)).toBe(0);
    expect(valueByKey("End", 0.4, 0.01, range)).toBe(1);
    expect(valueByKey("a", 0.4, 0.01, range)).toBeUndefined();
  });
});
