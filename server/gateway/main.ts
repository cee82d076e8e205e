/** The gateway's process. It ends with its supervisor: on SIGTERM, or when the pipe to it closes. */
import { createStore } from "../artifacts";
import { createPool } from "../db";
import { env } from "../env";
import { createLog } from "../log";
import { programEntry } from "../program-entry";
import { openSecretBox, secretReader } from "../worker/secrets";
import { startGateway } from "./start-gateway";

const settings = env();
const logger = createLog("gateway", settings.log);
const { databaseUrl } = settings;
if (!databaseUrl)
  throw new Error("The gateway needs DATABASE_URL; `npm start` sets it for the embedded database.");

const pool = createPool(databaseUrl, { name: "telar-gateway", max: 6 });
const gateway = await startGateway({
  db: pool,
  databaseUrl,
  home: settings.home,
  store: createStore(settings, { pins: true }),
  host: settings.host,
  port: settings.gatewayPort,
  publicUrl: settings.publicUrl,
  webPort: settings.port,
  readSecret: secretReader(pool, await openSecretBox(settings)),
  modelProcess: {
    entry: programEntry(settings.root, "model-process", "server/gateway/model-process.ts"),
    logsDir: settings.logsDir,
  },
  log: (level, message, values) => logger[level](values ?? {}, message),
});

let stopping = false;
async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  await gateway.close();
  await pool.end();
  process.exit(0);
}
process.on("SIGTERM", () => void stop());
process.on("SIGINT", () => void stop());
process.on("disconnect", () => void stop());
