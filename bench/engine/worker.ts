/** Entry of a worker over the kinds of the benchmark; its settings come as JSON in its first argument. */
import { createPool } from "@/server/db";
import { createListener } from "@/server/runs/watch/listener";
import { startWorker, type WorkerOptions } from "@/server/worker/worker";
import { benchCatalogue } from "./kinds";

export type BenchWorker = { url: string } & Pick<WorkerOptions, "host" | "config" | "logsDir">;

const { url, ...settings }: BenchWorker = JSON.parse(process.argv[2]!);
const pool = createPool(url, { name: "telar-worker" });
const listener = createListener(url);
const worker = await startWorker({ ...settings, listener, engine: { pool, catalogue: benchCatalogue } });
process.send?.("ready");
process.on("disconnect", async () => {
  await worker.stop();
  process.exit(0);
});
