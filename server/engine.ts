/** The run engine of this installation: its database, its kinds, and its machine. */
import { catalogue } from "@/nodes/index";
import type { RunEngine } from "@/server/runs/commit";
import type { BlobStore } from "./artifacts";
import type { Pool } from "./db";
import { onFinished } from "./deployments/on-finished";
import { processTracing } from "./tracing";
import { describeMachine } from "./worker/machine";

export const createEngine = (pool: Pool, store: BlobStore): RunEngine => ({
  pool,
  store,
  catalogue,
  machine: describeMachine,
  onFinished,
  onEnded: (runId) => void processTracing()?.then((tracing) => tracing.runEnded(pool, runId)),
});
