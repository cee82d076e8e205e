/** What a person may do to a node's results, through the whole engine; and what a reused result still shows. */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { GraphFile, GraphNode } from "@/graph/document";
import { runAbout } from "@/server/overview/run-about";
import { type Bench, graph, statuses, testBench } from "@/server/worker/_testing/test-bench";
import { graphResults } from "../../overview/graph-results";
import { readLogs } from "../show/read-logs";
import { readMetrics } from "../show/read-metrics";

let bench: Bench;
beforeEach(async () => {
  bench = await testBench();
  await bench.worker();
});
afterEach(() => bench.close());

const line = (text = "one"): GraphFile =>
  graph(
    {
      a: ["source", { text }],
      b: ["step", { tag: "b" }],
      c: ["step", { tag: "c" }],
      d: ["step", { tag: "d" }],
    },
    "a.data > b.data",
    "b.data > c.data",
    "c.data > d.data",
  );
const change = (file: GraphFile, id: string, more: Partial<GraphNode>): GraphFile => ({
  ...file,
  nodes: file.nodes.map((node) => (node.id === id ? { ...node, ...more } : node)),
});
type Run = Awaited<ReturnType<Bench["run"]>>;
const nodeOf = (run: Run, id: string) => run.nodes.find((node) => node.id === id)!;
const digestOf = (run: Run, id: string) => nodeOf(run, id).outputs.data!.digest;

test("a frozen node keeps its outputs whatever happens upstream, and so does what is below", async () => {
  const first = await bench.run(line());
  const frozen = { state: "frozen" as const, frozen: { data: digestOf(first, "b") } };
  const edited = await bench.run(change(line("two"), "b", { ...frozen, params: { tag: "other" } }));
  expect(statuses(edited)).toEqual({ a: "SUCCEEDED", b: "CACHED", c: "CACHED", d: "CACHED" });
  expect(digestOf(edited, "b")).toBe(digestOf(first, "b"));
  expect(nodeOf(edited, "b").why).toBe("Frozen: its outputs are kept as they are.");
  const failed = await bench.run(
    graph(
      {
        a: ["source", { text: "three" }],
        x: ["failing"],
        b: ["step", {}, frozen],
        c: ["step", { tag: "c" }],
      },
      "a.data > x.data",
      "x.data > b.data",
      "b.data > c.data",
    ),
  );
  expect(statuses(failed)).toEqual({ a: "SUCCEEDED", x: "FAILED", b: "CACHED", c: "CACHED" });
  expect(digestOf(failed, "c")).toBe(digestOf(first, "c"));
  const thawed = await bench.run(line("two"));
  expect(statuses(thawed)).toEqual({ a: "CACHED", b: "SUCCEEDED", c: "SUCCEEDED", d: "SUCCEEDED" });
});

test("a muted node and all that needs it are SKIPPED, and the run succeeds", async () => {
  const run = await bench.run(change(line(), "b", { state: "muted" }));
  expect(run.status).toBe("SUCCEEDED");
  expect(statuses(run)).toEqual({ a: "SUCCEEDED", b: "SKIPPED", c: "SKIPPED", d: "SKIPPED" });
  expect(nodeOf(run, "d").why).toBe("Needs a node that is muted.");
  expect(await bench.ran()).toEqual(["source one"]);
});

test("a muted node is SKIPPED also where a frozen one has its input at hand and its result is known", async () => {
  const first = await bench.run(line());
  const frozen = { state: "frozen" as const, frozen: { data: digestOf(first, "c") } };
  const run = await bench.run(change(change(line("two"), "c", frozen), "d", { state: "muted" }));
  expect(statuses(run)).toEqual({ a: "SUCCEEDED", b: "SUCCEEDED", c: "CACHED", d: "SKIPPED" });
});

test("a frozen node below another frozen one keeps its own outputs", async () => {
  const one = await bench.run(line());
  const two = await bench.run(line("two"));
  const frozen = (run: Run, id: string) => ({
    state: "frozen" as const,
    frozen: { data: digestOf(run, id) },
  });
  const both = change(change(line("three"), "b", frozen(one, "b")), "c", frozen(two, "c"));
  const run = await bench.run(both);
  expect(digestOf(run, "c")).toBe(digestOf(two, "c"));
  expect(digestOf(run, "d")).toBe(digestOf(two, "d"));
});

test("a bypassed node passes its input through and does not run", async () => {
  const run = await bench.run(change(line(), "c", { state: "bypassed" }));
  expect(statuses(run)).toEqual({ a: "SUCCEEDED", b: "SUCCEEDED", c: "CACHED", d: "SUCCEEDED" });
  expect(digestOf(run, "c")).toBe(digestOf(run, "b"));
  expect((await bench.ran()).sort()).toEqual(["source one", "step b", "step d"]);
  const again = await bench.run(change(line(), "c", { state: "bypassed" }));
  expect(Object.values(statuses(again))).toEqual(["CACHED", "CACHED", "CACHED", "CACHED"]);
});

test("a reused result keeps the logs, the metrics and a link to the run that made it, also at third hand", async () => {
  const made = await bench.run(line());
  const logs = await readLogs(bench.pool, bench.teamId, made.run, "c");
  const metrics = await readMetrics(bench.pool, bench.teamId, made.run, "c");
  expect(logs.lines).toMatchObject([{ message: "tag c" }]);
  expect(metrics.loss).toHaveLength(3);
  await bench.run({ ...line(), name: "second hand" });
  const third = await bench.run({ ...line(), name: "third hand" });
  // `show --json`, the run page and the notebook read these.
  expect(nodeOf(third, "c")).toMatchObject({ status: "CACHED", cachedFrom: made.run, metrics: { loss: 1 } });
  expect(nodeOf(third, "c").outputs).toEqual(nodeOf(made, "c").outputs);
  expect(nodeOf(third, "c").why).toBe("The same as in run 1 of test.");
  expect(await readLogs(bench.pool, bench.teamId, third.run, "c")).toEqual(logs);
  expect(await readMetrics(bench.pool, bench.teamId, third.run, "c")).toEqual(metrics);
  const about = await runAbout(bench.pool, { teamId: bench.teamId, userId: "nobody" }, third.run);
  expect(about?.mine).toBe(false);
  expect(about?.reused.c).toMatchObject({ runId: made.run, number: made.number });
  const results = await graphResults(bench.pool, third.graph.id);
  expect(results.c!.last).toMatchObject({
    madeBy: { id: made.run, number: made.number },
    metrics: { loss: 1 },
  });
});

test("what a run with overrides made is not shown as what the graph gives, unless there is nothing else", async () => {
  const tried = await bench.run(line(), { overrides: { "a.text": "tried" } });
  expect((await graphResults(bench.pool, tried.graph.id)).a!.last?.params).toMatchObject({ text: "tried" });
  const own = await bench.run(line());
  await bench.run(line(), { overrides: { "a.text": "again" } });
  const results = await graphResults(bench.pool, own.graph.id);
  expect(results.a!.last).toMatchObject({ run: { id: own.run }, params: { text: "one" } });
  expect(results.d!.last?.outputs.data?.digest).toBe(digestOf(own, "d"));
});
