import { expect, it } from "vitest";
import { freeTitle } from "./free-title";

it("keeps a name that is free and counts on from one that is not", () => {
  expect(freeTitle(new Set(["Train"]), "Mask")).toBe("Mask");
  expect(freeTitle(new Set(["Train"]), "Train")).toBe("Train 2");
  expect(freeTitle(new Set(["Train", "Train 2"]), "Train 2")).toBe("Train 3");
});
