import { expect, it } from "vitest";
import { chooseTests } from "./changed-tests.mjs";

const changed = ["nodes/split/run.ts"];

it("what stands nearest to the change runs first, the quick before the slow", () => {
  const tests = [
    "server/a.test.ts",
    "nodes/contract.test.ts",
    "nodes/split/slow.test.ts",
    "nodes/split/split.test.ts",
  ];
  const durations = new Map([["nodes/split/slow.test.ts", 9_000]]);
  expect(chooseTests(tests, changed, durations)).toEqual({
    run: [
      "nodes/split/split.test.ts",
      "nodes/split/slow.test.ts",
      "nodes/contract.test.ts",
      "server/a.test.ts",
    ],
    left: [],
  });
});

it("what does not fit the time is named, and shorter files may take its place", () => {
  const tests = [
    "nodes/split/split.test.ts",
    "nodes/contract.test.ts",
    "server/long.test.ts",
    "server/x/short.test.ts",
  ];
  const durations = new Map([
    ["nodes/split/split.test.ts", 1_000],
    ["nodes/contract.test.ts", 1_000],
    ["server/long.test.ts", 90_000],
    ["server/x/short.test.ts", 500],
  ]);
  expect(chooseTests(tests, changed, durations, 10_000)).toEqual({
    run: ["nodes/split/split.test.ts", "nodes/contract.test.ts", "server/x/short.test.ts"],
    left: ["server/long.test.ts"],
  });
});

it("the nearest test runs however long it takes", () => {
  const durations = new Map([["server/long.test.ts", 900_000]]);
  expect(chooseTests(["server/long.test.ts"], ["server/a.ts"], durations).run).toEqual([
    "server/long.test.ts",
  ]);
});

it("tests that start whole systems are left for all of them", () => {
  const tests = ["server/faults/faults.test.ts", "cli/run.test.ts", "graph/a.test.ts"];
  expect(chooseTests(tests, ["server/faults/a.ts"], new Map())).toEqual({
    run: ["graph/a.test.ts"],
    left: ["cli/run.test.ts", "server/faults/faults.test.ts"],
  });
});
