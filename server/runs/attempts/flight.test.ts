/** Two runs that want the same: one executes, the other waits for it, whatever becomes of the first. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Bench, graph, testBench } from "@/server/worker/_testing/test-bench";
import { cancelRun } from "../cancel/cancel-run";

let bench: Bench;
beforeEach(async () => {
  bench = await testBench();
});
afterEach(() => bench.close());

const twoWorkers = () => Promise.all([bench.worker(), bench.worker()]);

const slow = graph({ a: ["slow", { ms: 2_500, steps: 10 }] });
const printed = (pattern: RegExp) =>
  expect
    .poll(async () => (await bench.ran()).some((line) => pattern.test(line)), { timeout: 30_000 })
    .toBe(true);
const executions = async () => (await bench.ran()).filter((line) => line.startsWith("slow from"));
const only = (run: Awaited<ReturnType<Bench["show"]>>) => run.nodes[0]!;

/** Starts both; the first is executed, the second waits although a worker is free. */
async function startPair() {
  const first = await bench.start({ ...slow, name: "first" });
  await bench.until(first, (run) => only(run).status === "RUNNING");
  const second = await bench.start({ ...slow, name: "second" });
  await printed(/slow step 2/);
  expect(only(await bench.show(second)).status).toBe("READY");
  const { rows } = await bench.pool.query<{ pid: number }>(
    `SELECT w.pid FROM "Attempt" a JOIN "Worker" w ON w.id = a."workerId" WHERE a."finishedAt" IS NULL`,
  );
  expect(rows).toHaveLength(1);
  return { first, second, pid: rows[0]!.pid };
}

test("the second takes what the first made", async () => {
  await twoWorkers();
  const { first, second } = await startPair();
  const [a, b] = await Promise.all([bench.finished(first), bench.finished(second)]);
  expect([only(a).status, only(b).status]).toEqual(["SUCCEEDED", "CACHED"]);
  expect(only(b)).toMatchObject({ cachedFrom: first, outputs: only(a).outputs });
  expect(await executions()).toHaveLength(1);
});

test("when the first is cancelled, the second goes on from its checkpoint", async () => {
  await twoWorkers();
  const { first, second } = await startPair();
  expect(await cancelRun(bench.engine, bench.teamId, first)).toBe(true);
  expect(only(await bench.finished(first)).status).toBe("CANCELLED");
  expect(only(await bench.finished(second)).status).toBe("SUCCEEDED");
  const [begun, resumed, ...more] = await executions();
  expect(begun).toMatch(/from 0/);
  expect(resumed).toMatch(/from [1-9]/);
  expect(more).toEqual([]);
});

test("when the worker of the first dies, one of them executes it again and the other takes that", async () => {
  await Promise.all([bench.workerProcess(), bench.workerProcess()]);
  const { first, second, pid } = await startPair();
  process.kill(pid, "SIGKILL");
  for (const table of ["Attempt", "Flight"])
    await bench.pool.query(`UPDATE "${table}" SET "leaseExpiresAt" = now() - interval '1 second'`);
  const [a, b] = await Promise.all([bench.finished(first), bench.finished(second)]);
  expect([only(a).status, only(b).status].sort()).toEqual(["CACHED", "SUCCEEDED"]);
  expect(only(a).outputs).toEqual(only(b).outputs);
  expect(await executions()).toHaveLength(2);
});

test("when the first fails, the second tries for itself", async () => {
  await twoWorkers();
  // `failing` fails once and then works; it looks at what was said, so the first must be over before the second may start.
  const file = graph({ a: ["source"], b: ["failing", { times: 1 }] }, "a.data > b.data");
  const [first, second] = await Promise.all([
    bench.start({ ...file, name: "first" }),
    bench.start({ ...file, name: "second" }),
  ]);
  const ended = await Promise.all([bench.finished(first), bench.finished(second)]);
  expect(ended.map((run) => run.nodes[1]!.status).sort()).toEqual(["FAILED", "SUCCEEDED"]);
  expect((await bench.ran()).filter((line) => line === "failing")).toHaveLength(2);
  expect((await bench.ran()).filter((line) => line.startsWith("source"))).toHaveLength(1);
});
