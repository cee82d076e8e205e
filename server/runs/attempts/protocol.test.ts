import { afterEach, beforeEach, expect, test } from "vitest";
import { type Bench, graph, statuses, testBench } from "@/server/worker/_testing/test-bench";
import { cancelRun } from "../cancel/cancel-run";
import { readLogs } from "../show/read-logs";
import { readMetrics } from "../show/read-metrics";
import { retryRun } from "../start/retry-run";
import { readEvents } from "../watch/read-events";

let bench: Bench;
beforeEach(async () => {
  bench = await testBench();
});
afterEach(() => bench.close());

const chain = (tag = "x") =>
  graph(
    { a: ["source"], b: ["step", { tag }], c: ["step", { tag: "y" }] },
    "a.data > b.data",
    "b.data > c.data",
  );

test("a run goes through, and its outputs, logs and metrics are there", async () => {
  await bench.worker();
  const run = await bench.run(chain());
  expect(run).toMatchObject({ status: "SUCCEEDED", number: 1, trigger: "cli" });
  expect(statuses(run)).toEqual({ a: "SUCCEEDED", b: "SUCCEEDED", c: "SUCCEEDED" });
  expect(run.nodes[1]).toMatchObject({ attempt: 1, metrics: { loss: 1 } });
  expect(run.nodes[1]!.outputs.data).toMatchObject({
    type: "dataset",
    facts: { type: "dataset", shape: "table", rows: 1 },
  });
  const { lines } = await readLogs(bench.pool, bench.teamId, run.run, "b");
  expect(lines).toMatchObject([
    { level: "info", message: "tag x", values: { length: 1 }, seq: 1, attempt: 1 },
  ]);
  const metrics = await readMetrics(bench.pool, bench.teamId, run.run, "b");
  expect(metrics.loss).toEqual([
    { step: 0, value: 3 },
    { step: 1, value: 2 },
    { step: 2, value: 1 },
  ]);
  const events = await readEvents(bench.pool, run.run);
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i + 1));
  expect(events.at(-1)!.type).toBe("run.succeeded");
});

test("a second run takes everything from the cache, without a worker", async () => {
  const worker = await bench.worker();
  const first = await bench.run(chain());
  await worker.stop();
  const second = await bench.run(chain());
  expect(statuses(second)).toEqual({ a: "CACHED", b: "CACHED", c: "CACHED" });
  expect(second.nodes.map((n) => n.outputs)).toEqual(first.nodes.map((n) => n.outputs));
  expect(second.nodes[1]).toMatchObject({ cachedFrom: first.run, metrics: { loss: 1 } });
  expect((await readLogs(bench.pool, bench.teamId, second.run, "b")).lines).toHaveLength(1);
  expect(await bench.ran()).toHaveLength(3);
});

test("identical bytes above keep everything below cached", async () => {
  await bench.worker();
  const constant = (tag: string) =>
    graph(
      { a: ["source"], b: ["step", { tag, constant: true }], c: ["step", { tag: "y" }] },
      "a.data > b.data",
      "b.data > c.data",
    );
  await bench.run(constant("1"));
  expect(statuses(await bench.run(constant("2")))).toEqual({ a: "CACHED", b: "SUCCEEDED", c: "CACHED" });
});

test("a failure is said with its values, and what needs it is skipped", async () => {
  await bench.worker();
  const run = await bench.run(
    graph(
      { a: ["source"], bad: ["failing"], c: ["step"], d: ["step"], other: ["step", { tag: "o" }] },
      "a.data > bad.data",
      "bad.data > c.data",
      "c.data > d.data",
      "a.data > other.data",
    ),
  );
  expect(run.status).toBe("FAILED");
  expect(statuses(run)).toEqual({
    a: "SUCCEEDED",
    bad: "FAILED",
    c: "SKIPPED",
    d: "SKIPPED",
    other: "SUCCEEDED",
  });
  expect(run.nodes.find((n) => n.id === "bad")!.failure).toMatchObject({
    code: "INVALID_INPUT",
    reason: "stub-failed",
    values: { row: 7 },
  });
  expect((await bench.ran()).filter((line) => line === "failing")).toHaveLength(1);
});

test("what the world caused is tried again, and a retry of the run goes on where it ended", async () => {
  await bench.worker();
  const world = graph(
    { a: ["source"], b: ["failing", { times: 1, code: "UNAVAILABLE" }] },
    "a.data > b.data",
  );
  const run = await bench.run(world);
  expect(run.nodes[1]).toMatchObject({ status: "SUCCEEDED", attempt: 2 });
  const bug = graph({ a: ["source"], b: ["failing", { code: "throw" }] }, "a.data > b.data");
  const broken = await bench.run(bug);
  expect(broken.nodes[1]).toMatchObject({ status: "FAILED", attempt: 2, failure: { code: "INTERNAL" } });
  const again = await retryRun(bench.engine, bench.folders, { teamId: bench.teamId, runId: broken.run });
  if (!again?.ok) throw new Error("not started");
  const retried = await bench.finished(again.runId);
  expect(retried).toMatchObject({ trigger: "retry", retryOf: broken.run });
  expect(statuses(retried)).toEqual({ a: "CACHED", b: "FAILED" });
});

test("a step that hears nothing is gone within three seconds of a cancel", async () => {
  await bench.worker();
  const runId = await bench.start(graph({ a: ["stubborn"], b: ["step"] }, "a.data > b.data"));
  await bench.until(runId, (run) => run.nodes[0]!.status === "RUNNING");
  await expect.poll(async () => (await bench.ran()).length, { timeout: 20_000 }).toBe(1);
  const pid = Number(/in (\d+)/.exec((await bench.ran())[0]!)![1]);
  expect(await cancelRun(bench.engine, bench.teamId, runId)).toBe(true);
  // The step would block for two minutes: an end after some seconds means that it was killed.
  const run = await bench.finished(runId, 20_000);
  expect(statuses(run)).toEqual({ a: "CANCELLED", b: "CANCELLED" });
  expect(run.status).toBe("CANCELLED");
  expect(() => process.kill(pid, 0)).toThrow();
});

test("frozen, muted and bypassed nodes, list inputs, side effects and stages", async () => {
  await bench.worker();
  const file = graph(
    {
      a: ["source", { text: "one" }],
      b: ["source", { text: "two" }],
      j: ["join"],
      t: ["train"],
      s: ["ship"],
      m: ["step", {}, { state: "muted" }],
      under: ["step"],
      by: ["step", { tag: "never" }, { state: "bypassed" }],
      end: ["step", { tag: "end" }],
    },
    "a.data > j.data[x]",
    "b.data > j.data[y]",
    "j.data > t.data",
    "t.data > s.data",
    "a.data > m.data",
    "m.data > under.data",
    "j.data > by.data",
    "by.data > end.data",
  );
  const run = await bench.run(file);
  expect(statuses(run)).toMatchObject({
    j: "SUCCEEDED",
    s: "SUCCEEDED",
    m: "SKIPPED",
    under: "SKIPPED",
    by: "CACHED",
  });
  const digest = (id: string) => run.nodes.find((n) => n.id === id)!.outputs.data!.digest;
  expect(digest("by")).toBe(digest("j"));

  const frozen = {
    ...file,
    nodes: file.nodes.map((n) =>
      n.id === "j" ? { ...n, state: "frozen" as const, frozen: { data: digest("a") } } : n,
    ),
  };
  const second = await bench.run(frozen, { smoke: true });
  expect(second.nodes.find((n) => n.id === "j")).toMatchObject({
    status: "CACHED",
    outputs: { data: { digest: digest("a") } },
  });
  expect(statuses(second)).toMatchObject({ s: "SKIPPED", t: "SUCCEEDED" });

  const third = await bench.run(file);
  expect(statuses(third)).toMatchObject({ s: "SUCCEEDED", t: "CACHED" });
  expect((await bench.ran()).filter((line) => line === "ship")).toHaveLength(2);
});

test("the same idempotency key gives the run it started, also when two start at once", async () => {
  await bench.worker();
  const first = await bench.run(chain(), { idempotencyKey: "once" });
  const again = await bench.start(chain("other"), { idempotencyKey: "once" });
  expect(again).toBe(first.run);
  const pair = [1, 2].map((n) => bench.start({ ...chain(), name: `g${n}` }, { idempotencyKey: "twice" }));
  expect(new Set(await Promise.all(pair)).size).toBe(1);
});
