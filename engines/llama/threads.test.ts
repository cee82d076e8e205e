import { expect, test } from "vitest";
import { defaultThreads, usableThreads } from "./threads";

test("one core stays free, and one thread always runs", () => {
  expect([1, 2, 8].map((cores) => defaultThreads(cores))).toEqual([1, 1, 7]);
  expect([usableThreads(2, 2), usableThreads(4, 8), usableThreads(8, 8), usableThreads(0, 4)]).toEqual([
    1, 4, 7, 1,
  ]);
});
