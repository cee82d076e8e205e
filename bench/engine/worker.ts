/** Entry of a worker over the kinds of the benchmark; its settings come as JSON in its first argument. */
import { createPool } from "@/server/db";
import { createListener } from "@/server/runs/watch";
import { createLocalExecutor, type LocalOptions } from "@/server/worker/executors/local";
import { describeMachine } from "@/server/worker/machine";
import { startWorker } from "@/server/worker/worker";
import { benchCatalogue } from "./kinds";

export type BenchWorker = { url: string } & Omit<LocalOptions, "machine">;

const { url, ...settings }: BenchWorker = JSON.parse(process.argv[2]!);
const pool = createPool(url, { name: "telar-worker" });
const listener = createListener(url);
const executor = createLocalExecutor({ ...settings, machine: await describeMachine() });
const worker = await startWorker({ executor, listener, engine: { pool, catalogue: benchCatalogue } });
process.send?.("ready");
process.on("disconnect", async () => {
  await worker.stop();
  process.exit(0);
});
