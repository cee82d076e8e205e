/** Telar's worker with its database as `npm start` runs them, beside Prefect's server: neither has anything to do. */
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { readPostmaster } from "@/server/database/postmaster";
import { parseEnv } from "@/server/env";
import { startSystem } from "@/server/supervisor/index";
import { idleMs } from "@/server/worker/limits";
import { type Idle, measureIdle } from "./idle";

const SECONDS = 20;

export async function idleTelar(): Promise<Idle> {
  const home = await mkdtemp(join(tmpdir(), "telar-idle-"));
  const settings = parseEnv({ TELAR_HOME: home });
  const log = (message: string) => void process.stderr.write(`${message}\n`);
  const system = await startSystem({ env: settings, parts: ["worker"], log });
  try {
    // The job host that a worker keeps warm leaves after this long.
    await sleep(idleMs + 10_000);
    const database = readPostmaster(settings.databaseDir)?.pid;
    const worker = system.children[0]?.pid;
    if (!worker || !database) throw new Error("the worker or its database is not up");
    return await measureIdle([worker, database], SECONDS);
  } finally {
    await system.stop();
    await rm(home, { recursive: true, force: true });
  }
}

export async function idlePrefect(python: string): Promise<Idle> {
  const home = await mkdtemp(join(tmpdir(), "prefect-idle-"));
  const port = await freePort();
  const server = spawn(
    python,
    ["-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", String(port)],
    {
      env: {
        ...process.env,
        PREFECT_HOME: home,
        PREFECT_SERVER_ANALYTICS_ENABLED: "false",
        DO_NOT_TRACK: "1",
      },
      stdio: ["ignore", "ignore", "inherit"],
    },
  );
  const ended = new Promise((done) => server.once("exit", done));
  try {
    for (const deadline = Date.now() + 180_000; ; await sleep(500)) {
      const answer = await fetch(`http://127.0.0.1:${port}/api/health`).catch(() => undefined);
      if (answer?.ok) break;
      if (Date.now() > deadline || server.exitCode !== null)
        throw new Error("Prefect's server did not start");
    }
    await sleep(10_000);
    return await measureIdle([server.pid!], SECONDS);
  } finally {
    server.kill("SIGTERM");
    await ended;
    await rm(home, { recursive: true, force: true });
  }
}

function freePort(): Promise<number> {
  return new Promise((done) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => done(port));
    });
  });
}
