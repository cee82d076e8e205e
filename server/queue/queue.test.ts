import { afterEach, beforeEach, expect, test } from "vitest";
import { type Bench, graph, testBench, testMachine } from "@/server/worker/_testing/test-bench";
import { listQueue } from "./list-queue";
import { moveRun } from "./move-run";
import { pauseQueue } from "./pause-queue";
import { setPriority } from "./set-priority";

let bench: Bench;
beforeEach(async () => {
  bench = await testBench();
});
afterEach(() => bench.close());

const single = { machine: testMachine({ threads: 1 }) };
const start = (name: string) => bench.start({ ...graph({ a: ["source", { text: name }] }), name });
const names = async () => (await listQueue(bench.pool, bench.teamId)).runs.map(({ graph: { name } }) => name);

test("a person's order and priorities decide who is next", async () => {
  const runs = new Map<string, string>();
  for (const name of ["one", "two", "three", "four"]) runs.set(name, await start(name));
  expect(await names()).toEqual(["one", "two", "three", "four"]);
  expect(await moveRun(bench.pool, bench.teamId, runs.get("three")!, runs.get("one")!)).toBe(true);
  expect(await setPriority(bench.pool, bench.teamId, runs.get("four")!, "HIGH")).toBe(true);
  expect(await setPriority(bench.pool, "another team", runs.get("one")!, "HIGH")).toBe(false);
  expect(await moveRun(bench.pool, bench.teamId, "unknown", null)).toBe(false);
  expect(await names()).toEqual(["four", "three", "one", "two"]);
  await bench.worker(single);
  for (const run of runs.values()) await bench.finished(run);
  expect(await bench.ran()).toEqual(["source four", "source three", "source one", "source two"]);
  expect(await names()).toEqual([]);
});

test("a paused team starts nothing, what runs goes on, and others are served", async () => {
  const first = await bench.start(
    graph({ a: ["slow", { ms: 1_500, steps: 3 }], b: ["step"] }, "a.data > b.data"),
  );
  await bench.worker();
  await bench.until(first, (run) => run.nodes[0]!.status === "RUNNING");
  await pauseQueue(bench.pool, bench.teamId, true);
  const stopped = await bench.until(first, (run) => run.nodes[0]!.status === "SUCCEEDED");
  expect(stopped.nodes[1]!.status).toBe("READY");
  const other = await bench.prisma.team.create({ data: { slug: "other", name: "Other" } });
  const theirs = await bench.start({ ...graph({ a: ["source"] }), name: "theirs" }, { teamId: other.id });
  await expect
    .poll(async () => (await bench.prisma.run.findUnique({ where: { id: theirs } }))?.status, {
      timeout: 20_000,
    })
    .toBe("SUCCEEDED");
  expect((await bench.show(first)).nodes[1]!.status).toBe("READY");
  expect(await listQueue(bench.pool, bench.teamId)).toMatchObject({
    pausedAt: expect.any(Date),
    runs: [{ ready: 1, running: 0, left: 1 }],
  });
  await pauseQueue(bench.pool, bench.teamId, false);
  expect((await bench.finished(first)).status).toBe("SUCCEEDED");
});

test("a run does not go on at once while another team waits", async () => {
  const mine = await bench.start(
    graph(
      {
        a: ["source", { text: "mine" }],
        b: ["step", { tag: "b" }],
        c: ["step", { tag: "c" }],
        d: ["step", { tag: "d" }],
      },
      "a.data > b.data",
      "b.data > c.data",
      "c.data > d.data",
    ),
  );
  const other = await bench.prisma.team.create({ data: { slug: "other", name: "Other" } });
  await bench.start(
    { ...graph({ a: ["source", { text: "theirs" }] }), name: "theirs" },
    { teamId: other.id },
  );
  await bench.worker(single);
  await bench.finished(mine);
  expect((await bench.ran()).slice(0, 2).sort()).toEqual(["source mine", "source theirs"]);
});

test("the queue says what a run waits for", async () => {
  const waits = async () => (await listQueue(bench.pool, bench.teamId)).runs[0]?.waits;
  const run = await start("lonely");
  expect(await waits()).toEqual({ for: "worker" });
  await bench.pool.query('UPDATE "NodeRun" SET gpus = 1, "vramBytes" = 40000000000 WHERE "runId" = $1', [
    run,
  ]);
  await bench.worker(single);
  await expect.poll(waits).toEqual({ for: "gpu", gpus: 1, vramBytes: 40e9 });
});
