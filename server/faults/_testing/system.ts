/** A whole Telar of its own for the fault tests: supervisor, database, worker, gateway and web, all real processes. */
import { type ChildProcess, fork } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { program } from "@/server/_testing/programs";
import { readPostmaster } from "@/server/database/postmaster";
import { createPool, type Pool } from "@/server/db";
import { env } from "@/server/env";
import { createPrisma } from "@/server/prisma";
import type { RunEngine } from "@/server/runs/commit/engine";
import { DIARIES, stubCatalogue } from "@/server/worker/_testing/stub-kinds";
import { freePort } from "../../_testing/free-port";
import { childrenOf, eventually, signal } from "./processes";

export type Part = "worker" | "gateway" | "web";
const COMMANDS: Record<Part, RegExp> = { worker: /chaos-worker/, gateway: /gateway\.js/, web: /next/ };

export type ChaosSystem = Awaited<ReturnType<typeof startChaosSystem>>;

export async function startChaosSystem() {
  const { root } = env();
  const home = await mkdtemp(join(tmpdir(), "telar-faults-"));
  // The database's account must be able to enter.
  await chmod(home, 0o755);
  await mkdir(join(home, "data", DIARIES), { recursive: true });
  expectBuilt(root);
  const [port, gatewayPort] = [await freePort(), await freePort()];
  const variables = { TELAR_HOME: home, TELAR_PORT: `${port}`, TELAR_GATEWAY_PORT: `${gatewayPort}` };
  const others: ChildProcess[] = [];
  let supervisor: ChildProcess;
  let url = "";

  async function startSupervisor(): Promise<void> {
    const { DATABASE_URL: _, ...inherited } = process.env;
    supervisor = fork(program("chaos-supervisor"), {
      execArgv: [],
      cwd: root,
      env: { ...inherited, ...variables },
      stdio: "inherit",
    });
    ({ url } = await new Promise<{ url: string }>((done, fail) => {
      supervisor.once("message", (message) => done(message as { url: string }));
      supervisor.once("exit", (code) =>
        fail(new Error(`The supervisor ended with ${code}; see ${home}/logs`)),
      );
    }));
  }
  await startSupervisor();
  const pool = createPool(url, { name: "telar-faults" });
  const prisma = createPrisma(pool);
  const team = await prisma.team.create({ data: { slug: "faults", name: "Faults" } });
  const { rows } = await pool.query<{ data_directory: string }>("SHOW data_directory");
  const databaseDir = rows[0]!.data_directory;

  return {
    home,
    pool,
    databaseDir,
    teamId: team.id,
    storeDir: join(home, "artifacts"),
    diaries: join(home, "data", DIARIES),
    engine: { pool, catalogue: stubCatalogue } as RunEngine,
    supervisorPid: () => supervisor.pid!,
    databasePid: () => readPostmaster(databaseDir)?.pid,
    startSupervisor,
    /** The process that plays this part now. */
    part: (name: Part) =>
      eventually(`the ${name}`, () => childrenOf(supervisor.pid!, COMMANDS[name])[0], 60_000),
    hosts: (worker: number) => childrenOf(worker, /stub-host/),
    /** Resolves when it works. */
    async otherWorker(more: Record<string, string> = {}): Promise<ChildProcess> {
      const child = fork(program("chaos-worker"), {
        execArgv: [],

        cwd: root,
        env: { ...process.env, ...variables, DATABASE_URL: url, ...more },
      });
      others.push(child);
      await new Promise((done, fail) => child.once("message", done).once("exit", fail));
      return child;
    },
    /** Whether gateway and web answer, both out of the database. */
    async answers(): Promise<boolean> {
      const addresses = [`${gatewayPort}/v1/models`, `${port}/api/health`];
      const asked = addresses.map((at) =>
        fetch(`http://127.0.0.1:${at}`, { signal: AbortSignal.timeout(3_000) }),
      );
      return (await Promise.all(asked)).every(({ ok }) => ok);
    },
    log: (name: Part | "database") => readFile(join(home, "logs", `${name}.log`), "utf8").catch(() => ""),
    async close(): Promise<void> {
      for (const other of others) other.kill("SIGKILL");
      await end(pool, prisma, supervisor);
      await rm(home, { recursive: true, force: true });
    },
  };
}

async function end(pool: Pool, prisma: { $disconnect(): Promise<void> }, supervisor: ChildProcess) {
  await prisma.$disconnect();
  if (!pool.ended) await pool.end();
  const ended = new Promise((done) => supervisor.once("exit", done));
  signal(supervisor.pid, "SIGTERM");
  await ended;
}

function expectBuilt(root: string): void {
  if (!existsSync(join(root, ".next/BUILD_ID")) || !existsSync(join(root, "dist/gateway.js")))
    throw new Error("The fault tests need the built app: run `npm test`, or `npm start` once.");
}
