import { readdir } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { cancelRun } from "@/server/runs/cancel/cancel-run";
import { type Bench, graph, statuses, testBench } from "./_testing/test-bench";
import { descendantsOf } from "./executors/local/end-processes";
import { isAlive } from "./registry";

let bench: Bench;
beforeEach(async () => {
  bench = await testBench();
});
afterEach(() => bench.close());

async function printed(pattern: RegExp): Promise<number[]> {
  for (;;) {
    const found = (await bench.ran()).map((line) => pattern.exec(line)).find(Boolean);
    if (found) return found.slice(1).map(Number);
    await sleep(20);
  }
}
/** A killed process may still wait for its parent to bury it. */
async function gone(pid: number): Promise<void> {
  while (isAlive(pid)) await sleep(20);
}

/** The host, what it started, the same outside its group, and a process whose parent has ended. */
const BROOD = /brood (\d+) (\d+) (\d+) (\d+)/;

test("a step that ignores signals is gone with all that it started, and so is what it had written", async () => {
  await bench.worker();
  const runId = await bench.start(graph({ a: ["brood"] }));
  const pids = await printed(BROOD);
  const [host] = pids as [number];
  const mine = async () => (await readdir(bench.store.scratch)).filter((name) => name.includes(`-${host}-`));
  expect(await mine()).toHaveLength(1);
  const asked = performance.now();
  expect(await cancelRun(bench.engine, bench.teamId, runId)).toBe(true);
  const run = await bench.finished(runId);
  const seconds = (performance.now() - asked) / 1000;
  console.log(`A step that ignores signals was gone ${seconds.toFixed(2)} s after its cancel (goal: 3 s).`);
  expect(statuses(run)).toEqual({ a: "CANCELLED" });
  await Promise.all(pids.map(gone));
  expect(await mine()).toEqual([]);
});

test("what a step started does not outlive a job host that is killed", async () => {
  await bench.worker();
  const runId = await bench.start(graph({ a: ["brood"] }));
  const [host, child, , orphan] = (await printed(BROOD)) as [number, number, number, number];
  process.kill(host, "SIGKILL");
  await gone(child);
  await gone(orphan);
  await bench.until(runId, (run) => run.nodes[0]!.attempt > 1 || run.nodes[0]!.status === "READY");
  await cancelRun(bench.engine, bench.teamId, runId);
  expect((await bench.finished(runId)).status).toBe("CANCELLED");
});

test("what left the group of a job host whose worker was killed is ended by the next worker", async () => {
  const worker = await bench.workerProcess();
  const runId = await bench.start(graph({ a: ["brood"] }));
  const pids = await printed(BROOD);
  worker.kill("SIGKILL");
  await gone(worker.pid!);
  await cancelRun(bench.engine, bench.teamId, runId);
  await bench.worker();
  await Promise.all(pids.map(gone));
  await bench.finished(runId);
});

test("a cancelled step that keeps checkpoints says from where a retry would go on", async () => {
  await bench.worker();
  const file = graph({ a: ["slow", { ms: 20_000, steps: 100 }] });
  const runId = await bench.start(file);
  await bench.until(runId, (run) => (run.nodes[0]!.progress?.done ?? 0) >= 2);
  await cancelRun(bench.engine, bench.teamId, runId);
  const run = await bench.finished(runId);
  expect(statuses(run)).toEqual({ a: "CANCELLED" });
  const { step } = run.nodes[0]!.resume!;
  expect(step).toBeGreaterThanOrEqual(2);
  const again = await bench.start(file, { retryOfId: runId, trigger: "retry" });
  expect(await printed(/slow from ([1-9]\d*) in/)).toEqual([step]);
  await cancelRun(bench.engine, bench.teamId, again);
  await bench.finished(again);
});

test("descendants are children, their children and so on, and nobody else", () => {
  const rows = "  1     0\n 10     1\n 11    10\n 12    11\n 20     1\n";
  expect(descendantsOf(10, rows).sort()).toEqual([11, 12]);
  expect(descendantsOf(99, rows)).toEqual([]);
});
