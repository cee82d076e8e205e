import { chmod, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { hashFile } from "@/server/artifacts";
import { createPool, isConnectionError } from "@/server/db";
import { type Bench, graph, statuses, testBench } from "@/server/worker/_testing/test-bench";
import { cancelRun } from "../cancel/cancel-run";
import { readEvents } from "../watch/read-events";
import { reapAttempts } from "./reap";

/** Short, so that tests need not wait; still several heartbeats. */
const quick = { leaseMs: 1_500, heartbeatMs: 200 };
const slow = (ms = 2_000) => graph({ a: ["slow", { ms, steps: 10 }], b: ["step"] }, "a.data > b.data");

let bench: Bench;
beforeEach(async () => {
  bench = await testBench();
});
afterEach(() => bench.close());

async function printed(pattern: RegExp): Promise<RegExpExecArray> {
  for (;;) {
    const found = (await bench.ran()).map((line) => pattern.exec(line)).find(Boolean);
    if (found) return found;
    await sleep(20);
  }
}

/** What must hold of every run's events, whatever happened. */
async function expectOrderlyEvents(runId: string) {
  const events = await readEvents(bench.pool, runId);
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i + 1));
  const ends = events.filter(({ type }) => /^node\.(succeeded|cached|failed|skipped|cancelled)$/.test(type));
  expect(new Set(ends.map(({ nodeId }) => nodeId)).size).toBe(ends.length);
  const { rows } = await bench.pool.query(
    `SELECT 1 FROM "Attempt" a JOIN "NodeRun" n ON n.id = a."nodeRunId" WHERE n."runId" = $1 AND a."finishedAt" IS NULL`,
    [runId],
  );
  expect(rows).toEqual([]);
}

test("a killed job host costs an attempt, which goes on from the checkpoint", async () => {
  await bench.worker(quick);
  const runId = await bench.start(slow());
  const [, pid] = await printed(/slow from 0 in (\d+)/);
  await printed(/slow step 3/);
  process.kill(Number(pid), "SIGKILL");
  const run = await bench.finished(runId);
  expect(statuses(run)).toEqual({ a: "SUCCEEDED", b: "SUCCEEDED" });
  expect(run.nodes[0]!.attempt).toBe(2);
  const [, from] = await printed(/slow from ([1-9]\d*) in/);
  expect(Number(from)).toBeGreaterThanOrEqual(3);
  await expectOrderlyEvents(runId);
});

test("a killed worker loses its work to another, and its job hosts end by themselves", async () => {
  const first = await bench.workerProcess(quick);
  const runId = await bench.start(slow(4_000));
  const [, pid] = await printed(/slow from 0 in (\d+)/);
  await printed(/slow step 2/);
  first.kill("SIGKILL");
  await bench.worker(quick);
  const run = await bench.finished(runId);
  expect(statuses(run)).toEqual({ a: "SUCCEEDED", b: "SUCCEEDED" });
  expect(run.nodes[0]!.attempt).toBe(2);
  expect(() => process.kill(Number(pid), 0)).toThrow();
  await expectOrderlyEvents(runId);
});

test("a worker that was stopped and wakes late writes nothing", async () => {
  const zombie = await bench.workerProcess(quick);
  const runId = await bench.start(slow(2_000));
  await printed(/slow step 8/);
  zombie.kill("SIGSTOP");
  // Its host finishes meanwhile: the result waits in the pipe.
  await bench.pool.query('UPDATE "Attempt" SET "leaseExpiresAt" = now() - interval \'1 second\'');
  // It may have been stopped in the middle of a transaction.
  await expect.poll(() => reapAttempts(bench.engine), { timeout: 20_000 }).toBe(1);
  zombie.kill("SIGCONT");
  await bench.worker(quick);
  const run = await bench.finished(runId);
  expect(run.status).toBe("SUCCEEDED");
  // On a busy machine the short lease of the second attempt may pass too.
  expect(run.nodes[0]!.attempt).toBeGreaterThanOrEqual(2);
  await expectOrderlyEvents(runId);
});

test("a process that was stopped in the middle of a transaction holds nobody up", async () => {
  const runId = await bench.start(slow());
  const pool = createPool(bench.url, { abandonedMs: 300 });
  const stopped = await pool.connect();
  await stopped.query("BEGIN");
  await stopped.query('SELECT 1 FROM "Run" WHERE id = $1 FOR UPDATE', [runId]);
  expect(await cancelRun(bench.engine, bench.teamId, runId)).toBe(true);
  expect((await bench.show(runId)).status).toBe("CANCELLED");
  // What it then sends is refused in a way that makes it begin again.
  const answer = await stopped.query("COMMIT").catch((error: unknown) => error);
  expect(isConnectionError(answer)).toBe(true);
  stopped.release(true);
  await pool.end();
});

test("a worker that is told to stop gives its work back at once", async () => {
  const first = await bench.workerProcess();
  const runId = await bench.start(slow());
  await printed(/slow step 2/);
  const ended = new Promise((done) => first.once("exit", done));
  first.kill("SIGTERM");
  expect(await ended).toBe(0);
  expect((await bench.show(runId)).nodes[0]!.status).toBe("READY");
  await bench.worker();
  const run = await bench.finished(runId);
  expect(run.status).toBe("SUCCEEDED");
  await expectOrderlyEvents(runId);
});

test("two workers on one database do every node once", async () => {
  await Promise.all([bench.workerProcess(), bench.workerProcess()]);
  const nodes = Object.fromEntries(
    Array.from({ length: 12 }, (_, i) => [`n${i}`, i ? ["step", { tag: `${i}` }] : ["source"]]),
  ) as Parameters<typeof graph>[0];
  const wires = Array.from({ length: 11 }, (_, i) => `n${Math.floor(i / 2)}.data > n${i + 1}.data`);
  const runs = await Promise.all([1, 2, 3].map(() => bench.start(graph(nodes, ...wires))));
  for (const runId of runs) {
    expect((await bench.finished(runId)).status).toBe("SUCCEEDED");
    await expectOrderlyEvents(runId);
  }
  const ran = await bench.ran();
  expect(new Set(ran).size).toBe(ran.length);
  expect(ran).toHaveLength(12);
});

test("connections that are cut cost no attempt", async () => {
  await bench.worker();
  const runId = await bench.start(slow(1_500));
  for (const step of [2, 5, 8, 10]) {
    await printed(new RegExp(`slow step ${step}`));
    await bench.pool.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
    );
  }
  const run = await bench.finished(runId);
  expect(run.nodes.map(({ status, attempt }) => [status, attempt])).toEqual([
    ["SUCCEEDED", 1],
    ["SUCCEEDED", 1],
  ]);
  await expectOrderlyEvents(runId);
});

test("a job that needs more memory than there is says so", async () => {
  const { file, execArgv } = bench.hostEntry;
  await bench.worker({ host: { file, execArgv: [...execArgv, "--max-old-space-size=80"] } });
  const run = await bench.run(graph({ a: ["hog"] }));
  expect(run.nodes[0]).toMatchObject({ status: "FAILED", attempt: 1, failure: { code: "OUT_OF_MEMORY" } });
});

test("a full disk is said, tried again, and leaves nothing half-written", async () => {
  const limited = join(bench.home, "limited-node");
  await writeFile(limited, `#!/bin/bash\nulimit -f 1024\nexec ${process.execPath} "$@"\n`);
  await chmod(limited, 0o755);
  await bench.workerProcess({}, limited);
  const runId = await bench.start(graph({ a: ["source"], b: ["filler", { megabytes: 4 }] }));
  const run = await bench.until(runId, ({ nodes }) => nodes[1]!.attempt === 2);
  expect(run.nodes[0]!.status).toBe("SUCCEEDED");
  const events = await readEvents(bench.pool, runId);
  expect(events.find(({ type }) => type === "node.retrying")?.payload).toMatchObject({
    failure: {
      code: "UNAVAILABLE",
      reason: "file-limit",
      values: { place: expect.stringContaining(join(bench.home, "artifacts")) },
    },
  });
  const blobs = join(bench.home, "artifacts/sha256");
  const files = (await readdir(blobs, { recursive: true })).filter((path) => path.length > 3);
  expect(files.length).toBeGreaterThan(0);
  for (const path of files) expect((await hashFile(join(blobs, path))).sha256).toBe(path.slice(3));
});
