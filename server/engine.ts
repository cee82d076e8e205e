/** The run engine of this installation: its database, its kinds, and what of the machine counts in a training result. */
import { catalogue } from "@/nodes/index";
import type { BlobStore } from "./artifacts";
import type { Pool } from "./db";
import { onFinished } from "./deployments/on-finished";
import type { RunEngine } from "./runs/commit/engine";
import { processTracing } from "./tracing";
import { trainingFingerprint } from "./worker/fingerprint";

export const createEngine = (pool: Pool, store: BlobStore): RunEngine => ({
  pool,
  store,
  catalogue,
  fingerprint: trainingFingerprint,
  onFinished,
  onEnded: (runId) => void processTracing()?.then((tracing) => tracing.runEnded(pool, runId)),
});
