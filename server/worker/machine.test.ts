import { expect, test } from "vitest";
import { chooseGpus } from "./machine";

const found = ["A", "B", "C"].map((name) => ({ name, vramBytes: 1 }));
const names = (list: string | undefined) => chooseGpus(found, list).map(({ name }) => name);

test("a worker offers all GPUs, the listed ones, or none", () => {
  expect(names(undefined)).toEqual(["A", "B", "C"]);
  expect(names("2,0")).toEqual(["C", "A"]);
  expect(names("none")).toEqual([]);
  expect(names("7")).toEqual([]);
});
