import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openArtifact } from "@/server/artifacts/open";
import { cancelRun } from "@/server/runs/cancel/cancel-run";
import { readLogs } from "@/server/runs/show/read-logs";
import { type Bench, graph, statuses, testBench } from "./_testing/test-bench";
import { openSecretBox, secretReader } from "./secrets";

let bench: Bench;
beforeEach(async () => {
  bench = await testBench();
});
afterEach(() => bench.close());

const linesOf = async (digest: string) =>
  (await readFile(join((await openArtifact(bench.store, digest)).dir, "lines.ndjson"), "utf8"))
    .split("\n")
    .filter(Boolean);

test("a node in Python runs, reports and stores as any other, and so does one step of a node", async () => {
  await bench.worker();
  const file = graph({ a: ["py-echo", { text: "hola" }], b: ["py-step"] }, "a.data > b.data");
  const run = await bench.run(file);
  expect(statuses(run)).toEqual({ a: "SUCCEEDED", b: "SUCCEEDED" });
  const [a, b] = run.nodes;
  expect(await linesOf(a!.outputs.data!.digest)).toEqual(['"1 hola"', '"2 hola"']);
  expect(await linesOf(b!.outputs.data!.digest)).toEqual(['"1 step"']);
  expect(a!.metrics).toEqual({ lines: 2 });
  const { lines } = await readLogs(bench.pool, bench.teamId, run.run, "a");
  expect(lines).toMatchObject([
    {
      level: "info",
      code: "echo-begins",
      message: "Echo begins after step 0 of 2",
      values: { step: 0, steps: 2 },
    },
  ]);
  const again = await bench.run(file);
  expect(statuses(again)).toEqual({ a: "CACHED", b: "CACHED" });
});

test("a cancelled Python job is gone, and a retry goes on from its checkpoint", async () => {
  await bench.worker();
  const file = graph({ a: ["py-echo", { text: "x", steps: 400, seconds: 0.05 }] });
  const runId = await bench.start(file);
  await bench.until(runId, (run) => (run.nodes[0]!.progress?.done ?? 0) >= 2);
  await cancelRun(bench.engine, bench.teamId, runId);
  const run = await bench.finished(runId);
  expect(statuses(run)).toEqual({ a: "CANCELLED" });
  const { step } = run.nodes[0]!.resume!;
  expect(step).toBeGreaterThanOrEqual(2);
  const again = await bench.start(file, { retryOfId: runId, trigger: "retry" });
  const log = async () => (await readLogs(bench.pool, bench.teamId, again, "a")).lines;
  while (!(await log()).length) await sleep(30);
  expect((await log())[0]!.values).toEqual({ step, steps: 400 });
  await cancelRun(bench.engine, bench.teamId, again);
  await bench.finished(again);
});

test("a secret reaches a Python job only where a parameter names it", async () => {
  const box = await openSecretBox({ home: bench.home, secretKey: undefined });
  await bench.prisma.secret.create({
    data: { teamId: bench.teamId, name: "HUB", value: new Uint8Array(box.seal("hf_0123456789")) },
  });
  await bench.worker({ readSecret: secretReader(bench.pool, box) });
  const run = await bench.run(
    graph({ a: ["py-echo", { secret: { secret: "HUB" } }], b: ["py-echo", { secret: { secret: "NONE" } }] }),
  );
  expect(statuses(run)).toEqual({ a: "SUCCEEDED", b: "FAILED" });
  const { lines } = await readLogs(bench.pool, bench.teamId, run.run, "a");
  expect(lines.map(({ code, values }) => [code, values])).toContainEqual([
    "echo-secret",
    { name: "HUB", characters: 13 },
  ]);
  expect(run.nodes[1]!.failure).toMatchObject({
    code: "INVALID_INPUT",
    reason: "secret-missing",
    values: { name: "NONE" },
  });
});

test("a module that is not there is told by the last words of Python", async () => {
  await bench.worker();
  const run = await bench.run(
    graph({ a: ["source"], b: ["py-step", { module: "telar_jobs.no_such" }] }, "a.data > b.data"),
  );
  expect(run.nodes[1]).toMatchObject({ status: "FAILED", failure: { code: "INTERNAL" } });
  const { rows } = await bench.pool.query<{ detail: string }>(
    'SELECT detail FROM "Attempt" WHERE detail IS NOT NULL',
  );
  expect(rows[0]!.detail).toContain("No module named 'telar_jobs.no_such'");
});
