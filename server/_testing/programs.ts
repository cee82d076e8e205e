/** Programs that tests start as processes of their own, bundled once before all tests: through a loader each start takes a second. */
import { join } from "node:path";
import { bundle } from "../../scripts/lib/bundle.mjs";

const root = join(import.meta.dirname, "../..");
const dir = ".telar/test-programs";

const entries = {
  "stub-host": "server/worker/_testing/stub-host.ts",
  "rogue-job": "server/worker/_testing/rogue-job.ts",
  "stub-worker": "server/worker/_testing/stub-worker.ts",
  "train-host": "server/worker/_testing/train-host.ts",
  "chaos-supervisor": "server/faults/_testing/chaos-supervisor.ts",
  "chaos-worker": "server/faults/_testing/chaos-worker.ts",
  "gateway-child": "server/gateway/_testing/gateway-child.ts",
  "model-process": "server/gateway/model-process.ts",
  "put-child": "server/artifacts/_testing/put-child.ts",
  "embedded-child": "server/database/_testing/embedded-child.ts",
};

export const program = (name: keyof typeof entries): string => join(root, dir, `${name}.js`);

/** Vitest's global set-up. */
export default async function setUp(): Promise<void> {
  await bundle(entries, dir);
}
