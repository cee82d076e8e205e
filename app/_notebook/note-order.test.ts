import { describe, expect, it } from "vitest";
import { noteStep } from "./note-order";

describe("noteStep", () => {
  const order = ["a", "b"];
  it("goes past one cell at a time, from the top to the end and back", () => {
    expect(noteStep(order, undefined, "down")).toEqual({ after: "a" });
    expect(noteStep(order, "a", "down")).toEqual({ after: "b" });
    expect(noteStep(order, "b", "up")).toEqual({ after: "a" });
    expect(noteStep(order, "a", "up")).toEqual({ after: undefined });
  });
  it("stays at either end", () => {
    expect(noteStep(order, undefined, "up")).toBeUndefined();
    expect(noteStep(order, "b", "down")).toBeUndefined();
  });
});
