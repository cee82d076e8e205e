import { chmod, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { putFolder } from "@/server/artifacts";
import { claimNodes } from "@/server/runs/attempts/claim";
import { finishNodes } from "@/server/runs/attempts/finish";
import { type Bench, graph, statuses, testBench, testMachine } from "./_testing/test-bench";
import { takeScratch } from "./scratch";

let bench: Bench;
beforeEach(async () => {
  bench = await testBench();
});
afterEach(() => bench.close());

/** What a worker does without its process: the first node is claimed, and ends with this text as its output. */
async function finishFirst(runId: string, text: string) {
  const machine = { threads: 1, memoryBytes: 8e9, vram: [] };
  const offer = { workerId: "w", free: machine, total: machine, max: 1 };
  const { claimed } = await claimNodes(bench.engine, offer);
  const dir = await takeScratch(bench.store);
  await rm(join(dir, "tmp"), { recursive: true });
  await writeFile(join(dir, "data.txt"), text);
  const stored = await putFolder(bench.store, dir, { type: "dataset", facts: { shape: "table" } });
  await finishNodes(bench.engine, runId, [{ ...claimed[0]!, outputs: { data: stored } }]);
  return (await bench.store.local(stored.manifest.files[0]!.sha256))!;
}

test("a result that is lost before it is used is made again in the same run", async () => {
  const runId = await bench.start(
    graph({ a: ["source", { text: "rows" }], b: ["step", { tag: "!" }] }, "a.data > b.data"),
  );
  await rm(await finishFirst(runId, "rows"));
  expect(statuses(await bench.show(runId))).toEqual({ a: "SUCCEEDED", b: "READY" });
  await bench.worker();
  const run = await bench.finished(runId);
  expect(statuses(run)).toEqual({ a: "SUCCEEDED", b: "SUCCEEDED" });
  expect(run.nodes.map(({ attempt }) => attempt)).toEqual([2, 2]);
  expect(await bench.ran()).toEqual(["source rows", "step !"]);
  const { rows } = await bench.pool.query<{ type: string; nodeId: string }>(
    `SELECT type, "nodeId" FROM "RunEvent" WHERE "runId" = $1 AND type = 'node.retrying' ORDER BY seq`,
    [runId],
  );
  expect(rows.map(({ nodeId }) => nodeId)).toEqual(["a", "b"]);
});

test("a damaged one too, through a bypassed node, and whoever else needs it waits for it", async () => {
  const runId = await bench.start(
    graph(
      {
        a: ["source", { text: "rows" }],
        b: ["step", {}, { state: "bypassed" }],
        c: ["step", { tag: "1" }],
        d: ["step", { tag: "2" }],
      },
      "a.data > b.data",
      "b.data > c.data",
      "b.data > d.data",
    ),
  );
  const blob = await finishFirst(runId, "rows");
  await chmod(blob, 0o644);
  await writeFile(blob, "ROWS");
  await bench.worker({ machine: testMachine({ threads: 1 }) });
  const run = await bench.finished(runId);
  expect(statuses(run)).toEqual({ a: "SUCCEEDED", b: "CACHED", c: "SUCCEEDED", d: "SUCCEEDED" });
  expect(await bench.ran()).toEqual(["source rows", "step 1", "step 2"]);
});
