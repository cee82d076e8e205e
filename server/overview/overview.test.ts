import { expect, test } from "vitest";
import { finalMetric } from "./final-metric";
import { type LineNode, runLine } from "./run-line";

const node = (status: LineNode["status"], over: Partial<LineNode> = {}): LineNode => ({
  kind: "split",
  title: null,
  status,
  progress: null,
  failure: null,
  ...over,
});

test("a working run names the node and how far it is", () => {
  const train = node("RUNNING", { kind: "lora-train", progress: { done: 62, total: 100, unit: "steps" } });
  expect(runLine([node("CACHED"), train, node("PENDING")])).toEqual({
    says: "working",
    node: { kind: "lora-train", title: null },
    share: 0.62,
  });
});

test("progress of unknown length has no share", () => {
  expect(runLine([node("RUNNING", { progress: { done: 5, unit: "rows" } })])).toMatchObject({
    share: undefined,
  });
});

test.each([
  [[node("READY"), node("PENDING")], { says: "queued" }],
  [[node("SUCCEEDED"), node("SUCCEEDED")], { says: "all-ran", count: 2 }],
  [[node("CACHED"), node("SUCCEEDED")], { says: "some-ran", ran: 1, count: 2 }],
  [[node("CACHED"), node("CACHED")], { says: "all-reused" }],
  [[node("SUCCEEDED"), node("CANCELLED"), node("CANCELLED")], { says: "stopped", done: 1, count: 3 }],
])("how a run ended is said in one line", (nodes, line) => {
  expect(runLine(nodes)).toEqual(line);
});

test("a failed run names the first node that failed, not those skipped after it", () => {
  const failure = { code: "OUT_OF_MEMORY", reason: "out-of-memory", values: {} } as const;
  const nodes = [node("SUCCEEDED"), node("FAILED", { kind: "lora-train", failure }), node("SKIPPED")];
  expect(runLine(nodes)).toEqual({ says: "failed", node: { kind: "lora-train", title: null }, failure });
});

test("a measured primary metric outranks the curves, which are still drawn", () => {
  const loss = { name: "loss", values: [3, 2.5, 2.2, 2.1] };
  expect(finalMetric({ name: "perplexity", value: 8.9 }, [loss])).toEqual({
    name: "perplexity",
    value: 8.9,
    series: loss.values,
  });
});

test("held-out perplexity outranks loss; without any telling curve there is no metric", () => {
  const series = [
    { name: "loss", values: [3, 2] },
    { name: "validation_perplexity", values: [20, 12] },
  ];
  expect(finalMetric(undefined, series)).toMatchObject({ name: "validation_perplexity", value: 12 });
  expect(finalMetric(undefined, [{ name: "lr", values: [1] }])).toBeUndefined();
});
