import { describe, expect, it } from "vitest";
import { metricPairs, paramDifferences, type RunFacts } from "./compare-runs";

const before: RunFacts = {
  train: { params: { rank: 8, targets: ["q", "v"] }, metrics: { loss: 2, steps: 3 } },
  gone: { params: { x: 1 }, metrics: {} },
};
const after: RunFacts = { train: { params: { targets: ["q", "v"], rank: 16 }, metrics: { loss: 1.5 } } };

describe("two runs compared", () => {
  it("differ in the parameters that were changed and in nodes that only one has", () => {
    expect(paramDifferences(before, after)).toEqual([
      { node: "train", param: "rank", before: 8, after: 16 },
      { node: "gone", param: "x", before: 1, after: undefined },
    ]);
  });
  it("show every metric of either, with the gap where one did not measure it", () => {
    expect(metricPairs(before, after)).toEqual([
      { node: "train", metric: "loss", before: 2, after: 1.5 },
      { node: "train", metric: "steps", before: 3, after: undefined },
    ]);
  });
  it("are the same when nothing changed", () => expect(paramDifferences(after, after)).toEqual([]));
});
