/** Entry of a worker over the stub kinds, with leases short enough for a test. */
import { join } from "node:path";
import { createStore } from "@/server/artifacts";
import { createPool } from "@/server/db";
import { env } from "@/server/env";
import { createLog } from "@/server/log";
import { createListener } from "@/server/runs/watch/listener";
import { stubCatalogue } from "@/server/worker/_testing/stub-kinds";
import { createLocalExecutor } from "@/server/worker/executors/local";
import { startWorker } from "@/server/worker/worker";
import { chaosLimits, chaosStall } from "./chaos-limits";

const settings = env();
const { databaseUrl, home, logsDir, modelsDir, downloadsDir, artifacts } = settings;
const pool = createPool(databaseUrl!);
await createStore(settings).sweep(new Date());
const worker = await startWorker({
  engine: { pool, catalogue: stubCatalogue },
  listener: createListener(databaseUrl!),
  executor: createLocalExecutor({
    host: { file: join(import.meta.dirname, "stub-host.js") },
    machine: { threads: 4, memoryBytes: 8e9, gpus: [], arch: "test", trainers: [] },
    config: {
      artifacts,
      modelsDir,
      downloadsDir,
      dataDirs: [join(home, "data")],
      trainerDir: join(settings.root, "trainer"),
    },
    logsDir,
    leaseMs: chaosLimits.leaseMs,
    stall: chaosStall,
  }),
  ...chaosLimits,
  log: createLog("worker", "warn"),
});
process.send?.("ready");
const leave = async () => {
  await worker.stop();
  process.exit(0);
};
process.on("SIGTERM", leave);
process.on("disconnect", leave);
