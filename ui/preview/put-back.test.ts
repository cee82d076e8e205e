import { describe, expect, it } from "vitest";
import { canPutBack, rowsPutBack, withRows } from "./put-back";

describe("rows put back", () => {
  it("are the same list however they were chosen", () => {
    expect(withRows(["b"], ["a"], true)).toEqual(withRows(["a"], ["b", "a"], true));
  });
  it("leave no parameter behind when the last one is dropped again", () => {
    expect(withRows(["a"], ["a"], false)).toBeUndefined();
  });
  it("of an earlier version, without a source before their ids, are dropped or named anew with them", () => {
    expect(withRows(["r1", "r2"], ["3f2a9c1b:r1"], false)).toEqual(["r2"]);
    expect(withRows(["r1"], ["3f2a9c1b:r1"], true)).toEqual(["3f2a9c1b:r1"]);
  });
  it("are read from parameters of any kind, also of one that has none", () => {
    expect(rowsPutBack({ putBack: ["r1"] })).toEqual(["r1"]);
    expect(rowsPutBack({})).toEqual([]);
  });
  it("are not offered where a row was only reported", () => {
    expect(canPutBack({ action: "found" })).toBe(false);
    expect(canPutBack({ action: "removed" })).toBe(true);
  });
});
