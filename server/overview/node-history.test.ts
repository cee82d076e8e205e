import { expect, test } from "vitest";
import { graph, testBench } from "../worker/_testing/test-bench";
import { nodeHistory } from "./node-history";

test("a node's history has its own status and time, also where its run went otherwise", async () => {
  const bench = await testBench();
  await bench.worker();
  const file = graph({ a: ["source", { text: "x" }], b: ["failing"] }, "a.data > b.data");
  const first = await bench.run(file);
  await bench.run(file, { smoke: true });
  expect(first.status).toBe("FAILED");
  await bench.pool.query(
    `UPDATE "NodeRun" SET "startedAt" = "finishedAt" - interval '3 seconds' WHERE "nodeId" = 'a' AND "runId" = $1`,
    [first.run],
  );
  const ask = { teamId: bench.teamId, graphId: first.graph.id, nodeId: "a", limit: 10 };
  const [again, made, ...more] = await nodeHistory(bench.pool, ask);
  expect(more).toEqual([]);
  expect(made).toMatchObject({ id: first.run, number: 1, smoke: false, status: "SUCCEEDED", seconds: 3 });
  expect(again).toMatchObject({ number: 2, smoke: true, status: "CACHED" });
  expect(await nodeHistory(bench.pool, { ...ask, teamId: "another" })).toEqual([]);
  await bench.close();
});
