import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { program } from "@/server/_testing/programs";
import { cancelRun } from "@/server/runs/cancel/cancel-run";
import { retryRun } from "@/server/runs/start/retry-run";
import { type Bench, graph, statuses, testBench } from "./_testing/test-bench";
import { trainCatalogue } from "./_testing/train-kinds";

const STEPS = 120;
/** Two graphs that train the same: how often a checkpoint is kept changes no number, but the cache key. */
const training = (checkpointEvery: number) =>
  graph(
    {
      model: ["tiny-model"],
      tokens: ["tiny-tokens"],
      train: ["lora-train", { rank: 8, steps: STEPS, batchSize: 4, learningRate: 0.002, checkpointEvery }],
    },
    "model.model > train.model",
    "tokens.tokens > train.tokens",
  );

async function curve(bench: Bench, runId: string): Promise<[number, number][]> {
  const { rows } = await bench.pool.query<{ step: number; value: number }>(
    `SELECT p.step, p.value FROM "MetricPoint" p JOIN "NodeRun" n ON n.id = p."nodeRunId"
     WHERE n."runId" = $1 AND p.name = 'loss' ORDER BY p.step`,
    [runId],
  );
  return rows.map(({ step, value }) => [step, value]);
}

async function trained(bench: Bench, runId: string, steps: number): Promise<void> {
  for (;;) {
    const { rows } = await bench.pool.query<{ step: number | null }>(
      `SELECT max(c.step) AS step FROM "Checkpoint" c JOIN "NodeRun" n ON n."cacheKey" = c.key WHERE n."runId" = $1`,
      [runId],
    );
    if ((rows[0]?.step ?? 0) >= steps) return;
    await sleep(10);
  }
}

test("training whose worker is killed and whose run is cancelled ends with the curve and weights of one never stopped", async () => {
  const bench = await testBench({ catalogue: trainCatalogue });
  const host = { file: program("train-host") };
  const worker = () => bench.workerProcess({ leaseMs: 4_000, heartbeatMs: 500, host });
  const first = await worker();

  const undisturbed = await bench.start(training(STEPS));
  const whole = await bench.finished(undisturbed, 120_000);
  expect(statuses(whole).train).toBe("SUCCEEDED");

  const disturbed = await bench.start(training(5));
  await trained(bench, disturbed, 20);
  first.kill("SIGKILL");
  await worker();
  await trained(bench, disturbed, 50);
  expect(await cancelRun(bench.engine, bench.teamId, disturbed)).toBe(true);
  const cancelled = await bench.finished(disturbed, 120_000);
  const train = cancelled.nodes.find(({ id }) => id === "train")!;
  expect(train).toMatchObject({ status: "CANCELLED", attempt: 2 });
  expect(train.resume!.step).toBeGreaterThanOrEqual(50);
  expect(train.resume!.step).toBeLessThan(STEPS);

  const retried = await retryRun(bench.engine, bench.folders, { teamId: bench.teamId, runId: disturbed });
  if (!retried?.ok) throw new Error("The run was not retried.");
  const resumed = await bench.finished(retried.runId, 120_000);
  expect(statuses(resumed)).toEqual({ model: "CACHED", tokens: "CACHED", train: "SUCCEEDED" });

  const expected = await curve(bench, undisturbed);
  expect(expected).toHaveLength(STEPS);
  const later = await curve(bench, retried.runId);
  expect(later[0]![0]).toBe(train.resume!.step + 1);
  expect(later).toEqual(expected.slice(train.resume!.step));
  expect(await curve(bench, disturbed)).toEqual(expected.slice(0, train.resume!.step));
  const digest = (run: typeof whole) => run.nodes.find(({ id }) => id === "train")!.outputs.adapter!.digest;
  expect(digest(resumed)).toBe(digest(whole));
  await bench.close();
}, 300_000);
