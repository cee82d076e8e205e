import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createPool } from "@/server/db";
import { readLogs } from "@/server/runs/show/read-logs";
import { graph, testBench } from "./_testing/test-bench";
import { Telemetry } from "./telemetry";

test("what is said while the database is away is written when it is back, in order", async () => {
  const bench = await testBench();
  const runId = await bench.start(graph({ a: ["source"] }));
  const { rows } = await bench.pool.query<{ id: string }>('SELECT id FROM "NodeRun"');
  // The server's socket is found only once this link is there.
  const url = new URL(bench.url);
  const socketDir = url.searchParams.get("host")!;
  const link = join(bench.home, "socket");
  url.searchParams.set("host", link);
  const pool = createPool(url.href);
  const telemetry = new Telemetry(pool);
  const say = (message: string, step: number) => {
    const attempt = { nodeRunId: rows[0]!.id, attempt: 0 };
    telemetry.add(attempt, {
      say: "log",
      line: { at: new Date().toISOString(), level: "info", code: "text", values: { text: message } },
    });
    telemetry.add(attempt, { say: "metric", name: "loss", step, value: step / 2 });
  };
  say("one", 1);
  await telemetry.flush();
  say("two", 2);
  await telemetry.flush();
  say("three", 3);
  await symlink(socketDir, link);
  await telemetry.flush();
  const { lines } = await readLogs(bench.pool, bench.teamId, runId, "a");
  expect(lines.map(({ message }) => message)).toEqual(["one", "two", "three"]);
  const { rows: points } = await bench.pool.query('SELECT step, value FROM "MetricPoint" ORDER BY step');
  expect(points).toEqual([1, 2, 3].map((step) => ({ step, value: step / 2 })));
  await pool.end();
  await bench.close();
});

test("what the database refuses takes nothing along: its neighbours are kept, and it is told", async () => {
  const bench = await testBench();
  const runId = await bench.start(graph({ a: ["source"] }));
  const { rows } = await bench.pool.query<{ id: string }>('SELECT id FROM "NodeRun"');
  const attempt = { nodeRunId: rows[0]!.id, attempt: 0 };
  const refused: unknown[] = [];
  const telemetry = new Telemetry(bench.pool, ({ points }) => refused.push(...points));
  const log = (message: string) =>
    telemetry.add(attempt, {
      say: "log",
      line: { at: new Date().toISOString(), level: "info", code: "text", values: { text: message } },
    });
  const point = (step: number, value: number) =>
    telemetry.add(attempt, { say: "metric", name: "loss", step, value });
  log("one");
  point(1, 0.5);
  point(2 ** 40, 1);
  point(2, Number.NaN);
  telemetry.add(attempt, { say: "sample", prompt: "half \ud83d", text: "nul \u0000" });
  log("half a pair \ud83d, NUL \u0000");
  await telemetry.flush();
  const { lines } = await readLogs(bench.pool, bench.teamId, runId, "a");
  expect(lines.map(({ message }) => message)).toEqual(["one", "half a pair \ufffd, NUL \ufffd"]);
  const { rows: points } = await bench.pool.query('SELECT step, value FROM "MetricPoint" ORDER BY step');
  expect(points).toEqual([
    { step: 1, value: 0.5 },
    { step: 2, value: Number.NaN },
  ]);
  const { rows: samples } = await bench.pool.query('SELECT prompt, text FROM "Sample"');
  expect(samples).toEqual([{ prompt: "half \ufffd", text: "nul \ufffd" }]);
  expect(refused).toEqual([{ ...attempt, name: "loss", step: 2 ** 40, value: 1 }]);
  await bench.close();
});
