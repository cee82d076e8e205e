import { expect, test } from "vitest";
import { graph, testBench } from "@/server/worker/_testing/test-bench";
import { claimNodes } from "./claim";
import { heartbeat } from "./heartbeat";

test("a heartbeat does not wait for a transaction that finishes an attempt, and loses none by it", async () => {
  const bench = await testBench();
  await bench.start(graph({ a: ["source", { text: "a" }], b: ["source", { text: "b" }] }));
  const capacity = { threads: 4, memoryBytes: 8e9, vram: [] };
  const { claimed } = await claimNodes(bench.engine, {
    workerId: "w",
    free: capacity,
    total: capacity,
    max: 4,
  });
  expect(claimed).toHaveLength(2);
  const beat = () => heartbeat(bench.pool, "w", claimed, 60_000);
  const leases = async () =>
    (
      await bench.pool.query<{ at: Date }>(
        'SELECT "leaseExpiresAt" AS at FROM "Attempt" ORDER BY "nodeRunId"',
      )
    ).rows;
  const before = await leases();
  const tx = await bench.pool.connect();
  await tx.query("BEGIN");
  await tx.query('SELECT 1 FROM "Flight" ORDER BY "cacheKey" LIMIT 1 FOR UPDATE');
  await tx.query('SELECT 1 FROM "Attempt" WHERE "nodeRunId" = $1 FOR UPDATE', [claimed[0]!.nodeRunId]);
  expect((await beat()).map(({ state }) => state)).toEqual(["held", "held"]);
  await tx.query("COMMIT");
  tx.release();
  const renewed = (await leases()).filter(({ at }, i) => at > before[i]!.at);
  expect(renewed).toHaveLength(1);
  expect((await beat()).map(({ state }) => state)).toEqual(["held", "held"]);
  expect((await leases()).every(({ at }, i) => at > before[i]!.at)).toBe(true);
  await bench.close();
});
