/** Entry of the worker process. It ends when its supervisor does, and gives its work back on SIGTERM. */

import { join } from "node:path";
import { createStore, tryStore } from "@/server/artifacts/index";
import { leftOverMs } from "@/server/artifacts/limits";
import { ownStore } from "@/server/artifacts/own-store";
import { collectUploads } from "@/server/data/collect-uploads";
import { createPool } from "@/server/db";
import { createEngine } from "@/server/engine";
import { env } from "@/server/env";
import { UPLOADS } from "@/server/limits";
import { createLog } from "@/server/log";
import { programEntry } from "@/server/program-entry";
import { createListener } from "@/server/runs/watch";
import { closeTracing } from "@/server/tracing";
import { createLocalExecutor } from "./executors/local";
import { describeMachine } from "./machine";
import { openSecretBox, secretReader } from "./secrets";
import { startWorker } from "./worker";

const settings = env();
const { artifacts, databaseUrl, root } = settings;
if (!databaseUrl) throw new Error("A worker needs DATABASE_URL. `telar up` starts one by itself.");

await tryStore(settings);
const store = createStore(settings);
const pool = createPool(databaseUrl, { name: "telar-worker" });
await ownStore(pool, store);
const listener = createListener(databaseUrl);
const machine = await describeMachine();
const threads = Number(process.env.TELAR_WORKER_THREADS) || machine.threads;
const log = createLog("worker", settings.log);
const executor = createLocalExecutor({
  host: programEntry(root, "job-host", "server/worker/job-host.ts"),
  machine: { ...machine, threads: Math.min(threads, machine.threads) },
  config: {
    artifacts,
    modelsDir: settings.modelsDir,
    downloadsDir: settings.downloadsDir,
    dataDirs: settings.dataDirs,
    trainerDir: join(root, "trainer"),
  },
  logsDir: settings.logsDir,
});
const worker = await startWorker({
  engine: createEngine(pool, store),
  listener,
  executor,
  ...(process.env.TELAR_WORKER_NAME ? { name: process.env.TELAR_WORKER_NAME } : {}),
  readSecret: secretReader(pool, await openSecretBox(settings)),
  log,
});
log.info({ worker: worker.id, threads: machine.threads }, "The worker is ready.");

/** Folders of jobs whose process died, half-written files, uploads that nobody will finish. */
const sweep = () =>
  store
    .sweep(new Date(Date.now() - leftOverMs))
    .catch((error) => log.error({ err: error }, "The artifact store could not be swept."));
const sweepUploads = () =>
  collectUploads(settings).catch((error) =>
    log.error({ err: error }, "Unfinished uploads could not be removed."),
  );
for (const [work, everyMs] of [
  [sweep, leftOverMs],
  [sweepUploads, UPLOADS.sweepMs],
] as const) {
  void work();
  setInterval(work, everyMs).unref();
}

let leaving = false;
const leave = async () => {
  if (leaving) return;
  leaving = true;
  await worker.stop();
  await closeTracing();
  await listener.close();
  await pool.end();
  process.exit(0);
};
process.on("SIGTERM", leave);
process.on("SIGINT", leave);
process.on("disconnect", leave);
