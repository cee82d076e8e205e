import { fork, spawn } from "node:child_process";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { program } from "@/server/_testing/programs";
import { createPool } from "@/server/db";
import { env } from "@/server/env";
import { startEmbedded } from "./embedded";
import { migrate } from "./migrate";
import { isPostgres, readPostmaster } from "./postmaster";
import { testDatabase } from "./testing";

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "telar-db-"));
});
afterAll(() => rm(home, { recursive: true, force: true }));

/** A process of its own that starts the database, says so and waits. */
async function otherProcess(dir: string) {
  const child = fork(program("embedded-child"), [dir, join(home, "other.log")], {
    execArgv: [],
    cwd: env().root,
  });
  const report = await new Promise<{ started: boolean; pid: number }>((done, fail) => {
    child.once("message", (message) => done(message as { started: boolean; pid: number }));
    child.once("exit", (code) => fail(new Error(`exit ${code}`)));
  });
  return {
    ...report,
    kill: () => new Promise((done) => child.once("exit", done) && child.kill("SIGKILL")),
    leave: () => new Promise((done) => child.once("exit", done) && child.send("leave")),
  };
}

test("two processes that start at once share one server, and the last to leave stops it", async () => {
  const dir = join(home, "race/database");
  const [a, b] = await Promise.all([otherProcess(dir), otherProcess(dir)]);
  expect(a.pid).toBe(b.pid);
  await a.leave();
  expect(isPostgres(b.pid)).toBe(true);
  await b.leave();
  expect(isPostgres(b.pid)).toBe(false);
});

test("a server whose starter was killed is used again with all its rows", async () => {
  const dir = join(home, "killed/database");
  const dead = await otherProcess(dir);
  await dead.kill();
  const db = await startEmbedded({ dir, logFile: join(home, "killed.log") });
  expect(db).toMatchObject({ pid: dead.pid, started: false });
  const client = new pg.Client({ connectionString: db.url });
  await client.connect();
  await client.query("CREATE TABLE kept AS SELECT 7 AS n");
  await client.end();
  await db.stop();
  expect(isPostgres(db.pid)).toBe(false);
  const again = await startEmbedded({ dir, logFile: join(home, "killed.log") });
  const other = new pg.Client({ connectionString: again.url });
  await other.connect();
  expect((await other.query("SELECT n FROM kept")).rows).toEqual([{ n: 7 }]);
  await other.end();
  await again.stop();
});

test("a server whose users were all killed ends by itself, also after it recovered from a crash of its own", async () => {
  const dir = join(home, "left/database");
  const [a, b] = await Promise.all([otherProcess(dir), otherProcess(dir)]);
  await a.kill();
  await sleep(3_500);
  expect(isPostgres(b.pid)).toBe(true);
  // A server process that is killed takes all sessions with it, the one that looks included.
  const url = `postgresql://telar@localhost:5432/telar?host=${encodeURIComponent(readPostmaster(dir)!.socketDir)}`;
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => {});
  await client.connect();
  const { rows } = await client.query(
    "SELECT pid FROM pg_stat_activity WHERE application_name = 'telar-watcher'",
  );
  expect(rows).toHaveLength(1);
  process.kill(rows[0].pid, "SIGKILL");
  await client.end().catch(() => {});
  await vi.waitFor(
    async () => {
      const again = new pg.Client({ connectionString: url });
      again.on("error", () => {});
      await again.connect();
      const found = await again.query(
        "SELECT 1 FROM pg_stat_activity WHERE application_name = 'telar-watcher'",
      );
      await again.end();
      expect(found.rowCount).toBe(1);
    },
    { timeout: 30_000, interval: 200 },
  );
  await b.kill();
  await vi.waitFor(() => expect(isPostgres(b.pid)).toBe(false), { timeout: 30_000 });
  const next = await startEmbedded({ dir, logFile: join(home, "left.log") });
  expect(next.started).toBe(true);
  await next.stop();
}, 90_000);

test("a pid file that names another program does not keep the database from starting", async () => {
  const dir = join(home, "stale/database");
  const first = await startEmbedded({ dir, logFile: join(home, "stale.log") });
  await first.stop();
  const other = spawn("sleep", ["60"]);
  await writeFile(join(dir, "postmaster.pid"), `${other.pid}\n${dir}\n0\n5432\n/nowhere\n\n\nready\n`);
  const db = await startEmbedded({ dir, logFile: join(home, "stale.log") });
  expect(db.started).toBe(true);
  await db.stop();
  other.kill();
});

test("each test gets a migrated database of its own, and migrating again does nothing", async () => {
  const [a, b] = await Promise.all([testDatabase(), testDatabase()]);
  await a.prisma.team.create({ data: { slug: "one", name: "One" } });
  expect(await a.prisma.team.count()).toBe(1);
  expect(await b.prisma.team.count()).toBe(0);
  expect(await migrate(a.url, join(env().root, "prisma/migrations"))).toEqual([]);
  await Promise.all([a.close(), b.close()]);
});

test("two migrations at once apply each file once", async () => {
  const db = await startEmbedded({ dir: join(home, "migrate/database"), logFile: join(home, "migrate.log") });
  const dir = join(env().root, "prisma/migrations");
  const applied = await Promise.all([migrate(db.url, dir), migrate(db.url, dir)]);
  expect(applied.flat().length).toBe(new Set(applied.flat()).size);
  await db.stop();
});

test("a server that is killed is started again under the same URL, with all its rows", async () => {
  const dir = join(home, "watched/database");
  const heard: unknown[] = [];
  const db = await startEmbedded({
    dir,
    logFile: join(home, "watched.log"),
    onRestart: (error) => void heard.push(error),
  });
  const pool = createPool(db.url);
  await pool.query("CREATE TABLE kept AS SELECT 7 AS n");
  const first = db.pid;
  for (let round = 1; round <= 2; round++) {
    process.kill(db.pid, "SIGKILL");
    await vi.waitFor(() => expect(heard).toHaveLength(round), { timeout: 30_000 });
    expect((await pool.query("SELECT n FROM kept")).rows).toEqual([{ n: 7 }]);
  }
  expect(heard).toEqual([undefined, undefined]);
  expect(db.pid).not.toBe(first);
  await pool.end();
  await db.stop();
  expect(isPostgres(db.pid)).toBe(false);
});

test("the socket's folder is the same at each start, short, and closed to others", async () => {
  const dir = join(home, "socket", "d".repeat(100), "database");
  const first = await startEmbedded({ dir, logFile: join(home, "socket.log") });
  const folder = new URL(first.url).searchParams.get("host")!;
  expect(Buffer.byteLength(join(folder, ".s.PGSQL.5432"))).toBeLessThanOrEqual(103);
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  await first.stop();
  const again = await startEmbedded({ dir, logFile: join(home, "socket.log") });
  expect(again.url).toBe(first.url);
  await again.stop();
});
