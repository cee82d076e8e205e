/** Starts the database and the processes around it, keeps them alive, and stops all of them. */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { tryStore } from "../artifacts";
import { startEmbedded } from "../database/embedded";
import { migrate } from "../database/migrate";
import { type Env, gatewayOrigin, localWebOrigin } from "../env";
import { instanceId } from "../instance";
import { createLog } from "../log";
import { type ChildSpec, type KeptChild, keepAlive } from "./child";
import * as limits from "./limits";
import { restartWhenBuilt } from "./restart-when-built";

export type Part = "worker" | "gateway" | "web";

export type System = {
  databaseUrl: string;
  children: readonly KeptChild[];
  /** Within 5 s. */
  stop(): Promise<void>;
};

export type SupervisorOptions = {
  env: Env;
  parts: readonly Part[];
  log(message: string, values?: Record<string, unknown>): void;
  /** Other arguments of `node` for a part than those of the built program. */
  programs?: Partial<Record<Part, string[]>>;
  /** Pages from their sources, and parts that start again when their program is built anew. */
  dev?: boolean;
};

/** Attaches to the database of another Telar on the same home when there is one. */
export async function openDatabase(
  env: Env,
  onRestart?: (error?: unknown) => void,
): Promise<{ url: string; close(): Promise<void> }> {
  const migrations = join(env.root, "prisma/migrations");
  if (env.databaseUrl) {
    await migrate(env.databaseUrl, migrations);
    return { url: env.databaseUrl, close: async () => {} };
  }
  const server = await startEmbedded({
    dir: env.databaseDir,
    logFile: join(env.logsDir, "database.log"),
    ...(onRestart ? { onRestart } : {}),
  });
  try {
    await migrate(server.url, migrations);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return { url: server.url, close: () => server.stop() };
}

export async function startSystem({
  env,
  parts,
  log: report,
  programs = {},
  dev = false,
}: SupervisorOptions): Promise<System> {
  await tryStore(env);
  const record = createLog("supervisor", env.log, join(env.logsDir, "supervisor.log"));
  const log: typeof report = (message, values) => {
    record.warn(values ?? {}, message);
    report(message, values);
  };
  const database = await openDatabase(env, (error) =>
    log(
      error
        ? `The database ended and does not start: ${error instanceof Error ? error.message : String(error)}`
        : "The database ended and was started again.",
      { part: "database" },
    ),
  );
  const shared = {
    DATABASE_URL: database.url,
    TELAR_HOME: env.home,
    TELAR_PORT: String(env.port),
    TELAR_GATEWAY_PORT: String(env.gatewayPort),
    NODE_ENV: dev ? "development" : "production",
    NEXT_TELEMETRY_DISABLED: "1",
  };
  const children = parts.map((name) =>
    keepAlive({ ...program(env, name, programs[name], dev), env: shared }, (code) =>
      log(`The ${name} ended with ${code} and is started again.`, { part: name, code }),
    ),
  );
  const unwatch = dev ? restartWhenBuilt(join(env.root, "dist"), children, log) : () => {};
  const stop = async () => {
    unwatch();
    await Promise.all(children.map((child) => child.stop()));
    await database.close();
  };
  try {
    await Promise.all(
      children.map((child) => ready(child, env, dev ? limits.readyFromSourcesMs : limits.readyMs)),
    );
  } catch (error) {
    await stop();
    throw error;
  }
  record.info({ parts }, "The system is up.");
  return { databaseUrl: database.url, children, stop };
}

export const workerProgram = (env: Env) => program(env, "worker");

function program(env: Env, name: Part, given?: string[], dev = false): Omit<ChildSpec, "env"> {
  const dist = (file: string) => join(env.root, "dist", file);
  const next = join(env.root, "node_modules/next/dist/bin/next");
  const args: Record<Part, string[]> = {
    worker: [dist("worker.js")],
    gateway: [dist("gateway.js")],
    web: [next, dev ? "dev" : "start", "-H", env.host, "-p", String(env.port)],
  };
  const lifeline = pathToFileURL(dist("lifeline.js")).href;
  return {
    name,
    args: ["--enable-source-maps", "--import", lifeline, ...(given ?? args[name])],
    cwd: env.root,
    logFile: join(env.logsDir, `${name}.log`),
  };
}

/** A part does not come up: it ends each time, or nothing answers. */
export class PartFailed extends Error {
  constructor(
    readonly part: string,
    message: string,
  ) {
    super(message);
  }
}

/** The worker announces itself in the database; the others answer over HTTP, and say of which home they are. */
async function ready(child: KeptChild, env: Env, withinMs: number): Promise<void> {
  const { name: part } = child;
  if (part === "worker") return;
  const url = part === "web" ? `${localWebOrigin(env)}/api/health` : `${gatewayOrigin(env)}/health`;
  const log = join(env.logsDir, `${part}.log`);
  const deadline = performance.now() + withinMs;
  for (;;) {
    if (await isOurs(url, env)) return;
    if (child.restarts >= limits.startsTried)
      throw new PartFailed(part, `The ${part} ended at each of its first starts. What it said is in ${log}.`);
    if (performance.now() > deadline)
      throw new PartFailed(part, `The ${part} does not answer at ${url}. What it said is in ${log}.`);
    await sleep(limits.readyPollMs);
  }
}

/** Another Telar may answer there: it took the port first. */
async function isOurs(url: string, env: Env): Promise<boolean> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(2000) }).catch(() => undefined);
  if (!answer?.ok) return false;
  const body = (await answer.json().catch(() => undefined)) as { instance?: string } | undefined;
  return body?.instance === instanceId(env);
}
