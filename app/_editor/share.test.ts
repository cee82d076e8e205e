import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { share, shareById } from "./share";

describe("share", () => {
  it("keeps the parts that did not change", () => {
    const before = { a: { x: 1 }, b: [1, { y: 2 }] };
    const after = share(before, { a: { x: 1 }, b: [2, { y: 2 }] });
    expect(after.a).toBe(before.a);
    expect(after.b).not.toBe(before.b);
    expect(after.b[1]).toBe(before.b[1]);
  });

  it("always equals the next value, and is the previous one when they are equal", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        expect(share(a, b)).toEqual(b);
        const copy = structuredClone(a);
        expect(share(a, copy)).toBe(a);
      }),
    );
  });

  it("follows ids when an item is put in front", () => {
    const before = [{ id: "b", n: 1 }];
    const after = shareById(before, [
      { id: "a", n: 0 },
      { id: "b", n: 1 },
    ]);
    expect(after[1]).toBe(before[0]);
  });
});
