import { arch } from "node:os";
import { afterEach, beforeEach, expect, test } from "vitest";
import { liveTrainers } from "@/engines/live-trainers";
import { listQueue } from "@/server/queue/list-queue";
import { type Bench, graph, statuses, testBench, testMachine } from "./_testing/test-bench";

let bench: Bench;
beforeEach(async () => {
  bench = await testBench();
});
afterEach(() => bench.close());

const training = () => graph({ a: ["source"], t: ["train"] }, "a.data > t.data");
const waits = async () => (await listQueue(bench.pool, bench.teamId)).runs[0]?.waits;
test("where training lands is fixed in the plan and stored with the node", async () => {
  const [onnx] = await liveTrainers();
  await bench.worker();
  const run = await bench.run(training());
  expect(statuses(run)).toEqual({ a: "SUCCEEDED", t: "SUCCEEDED" });
  const { rows } = await bench.pool.query('SELECT placement FROM "NodeRun" ORDER BY position');
  expect(rows.map(({ placement }) => placement)).toEqual([null, { ...onnx, arch: arch(), threads: 1 }]);
});

test("a run planned for an engine that no worker has stays ready and says which it waits for", async () => {
  const [onnx] = await liveTrainers();
  const trainers = [{ ...onnx!, version: "0-old" }];
  const old = await bench.worker({ machine: testMachine({ trainers }) });
  await bench.pool.query('UPDATE "Team" SET "queuePausedAt" = now()');
  const runId = await bench.start(training());
  await old.stop();
  await bench.pool.query('UPDATE "Team" SET "queuePausedAt" = NULL');
  await bench.worker();
  await bench.until(runId, (run) => statuses(run).t === "READY");
  expect(await waits()).toEqual({
    ...{ for: "engine", engine: "onnx", backend: "onnxruntime", version: "0-old", device: "cpu" },
  });
});

test("a job host with another engine than planned refuses the job: it goes back to the queue, never into the cache", async () => {
  const [onnx] = await liveTrainers();
  // The worker believes in an engine that its job hosts do not have.
  await bench.worker({ machine: testMachine({ trainers: [{ ...onnx!, version: "9-new" }] }) });
  const runId = await bench.start(training());
  const run = await bench.until(runId, ({ nodes }) => nodes.some(({ failure }) => failure !== undefined));
  expect(run.nodes[1]).toMatchObject({ status: "READY", failure: { reason: "engine-changed" } });
  const { rows } = await bench.pool.query(
    'SELECT 1 FROM "NodeRunOutput" o JOIN "NodeRun" n ON n.id = o."nodeRunId" WHERE n."nodeId" = $1',
    ["t"],
  );
  expect(rows).toEqual([]);
});

test("what no machine can train is refused before the run, with why", async () => {
  await bench.worker({ machine: testMachine({ trainers: [] }) });
  await expect(bench.start(training())).rejects.toThrow(/trainer-none/);
});
