/** Entry of a supervisor like that of `telar up`, whose worker knows the stub kinds. */
import { join } from "node:path";
import { env } from "@/server/env";
import { startSystem } from "@/server/supervisor/index";

const system = await startSystem({
  env: env(),
  parts: ["worker", "gateway", "web"],
  programs: { worker: [join(import.meta.dirname, "chaos-worker.js")] },
  log: (message) => console.error(message),
});
process.send?.({ url: system.databaseUrl });
process.on("SIGTERM", async () => {
  await system.stop();
  process.exit(0);
});
