/** Entry of a worker process over the stub kinds: its settings come as JSON in its first argument. */
import { createPool } from "@/server/db";
import { createListener } from "@/server/runs/watch/listener";
import { createLocalExecutor } from "../executors/local";
import { startWorker } from "../worker";
import { stubCatalogue } from "./stub-kinds";
import type { StubWorkerSettings } from "./test-bench";

const settings: StubWorkerSettings = JSON.parse(process.argv[2]!);
const pool = createPool(settings.url);
const listener = createListener(settings.url);
const worker = await startWorker({
  ...settings.worker,
  executor: createLocalExecutor(settings.local),
  listener,
  engine: { pool, catalogue: stubCatalogue },
});
process.send?.({ ready: worker.id });
process.on("SIGTERM", async () => {
  await worker.stop();
  process.exit(0);
});
// A test that is killed leaves nobody behind.
process.on("disconnect", () => process.exit(0));
