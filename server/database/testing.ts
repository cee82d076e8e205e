/** For tests: a fresh, migrated database each, copied from a template on one server that all test files share. */
import { createHash, randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { createPool, type Pool } from "@/server/db";
import { env } from "@/server/env";
import { createPrisma, type Prisma } from "@/server/prisma";
import { type EmbeddedDatabase, startEmbedded } from "./embedded";
import { migrate, readMigrations } from "./migrate";

const LOCK = 7_472_612;

export type TestDatabase = { url: string; pool: Pool; prisma: Prisma; close(): Promise<void> };

let server: Promise<EmbeddedDatabase> | undefined;
let open = 0;

export async function testDatabase(): Promise<TestDatabase> {
  open++;
  server ??= startServer();
  const { urlOf } = await server;
  const name = `t_${process.pid}_${randomBytes(4).toString("hex")}`;
  await withAdmin(urlOf("postgres"), async (admin) => {
    const template = await prepareTemplate(admin, urlOf);
    await admin.query(`CREATE DATABASE "${name}" TEMPLATE "${template}"`);
  });
  const url = urlOf(name);
  const pool = createPool(url, { name: "telar-test" });
  const prisma = createPrisma(pool);
  const close = async () => {
    await prisma.$disconnect();
    if (!pool.ended) await pool.end();
    await withAdmin(urlOf("postgres"), (admin) =>
      admin.query(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`),
    );
    if (--open === 0) {
      const running = await server;
      server = undefined;
      await running?.stop();
    }
  };
  return { url, pool, prisma, close };
}

function startServer(): Promise<EmbeddedDatabase> {
  const place = createHash("sha256").update(env().root).digest("hex").slice(0, 8);
  const home = join(tmpdir(), `telar-test-${place}`);
  return startEmbedded({ dir: join(home, "database"), logFile: join(home, "postgres.log"), unsafe: true });
}

/** One template for each state of the migrations; databases of processes that died are dropped on the way. */
async function prepareTemplate(admin: pg.Client, urlOf: (name: string) => string): Promise<string> {
  const dir = join(env().root, "prisma/migrations");
  const sums = (await readMigrations(dir)).map(({ checksum }) => checksum).join();
  const template = `template_${createHash("sha256").update(sums).digest("hex").slice(0, 12)}`;
  await admin.query("SELECT pg_advisory_lock($1)", [LOCK]);
  try {
    const { rows } = await admin.query<{ datname: string }>("SELECT datname FROM pg_database");
    if (rows.some(({ datname }) => datname === template)) return template;
    for (const { datname } of rows.filter(({ datname }) => isStale(datname)))
      await admin.query(`DROP DATABASE IF EXISTS "${datname}" WITH (FORCE)`);
    const making = `making_${process.pid}`;
    await admin.query(`CREATE DATABASE "${making}"`);
    await migrate(urlOf(making), dir);
    await admin.query(`ALTER DATABASE "${making}" RENAME TO "${template}"`);
    return template;
  } finally {
    await admin.query("SELECT pg_advisory_unlock($1)", [LOCK]);
  }
}

function isStale(name: string): boolean {
  if (name.startsWith("template_")) return true;
  const pid = /^(?:t|making)_(\d+)/.exec(name)?.[1];
  if (!pid) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch {
    return true;
  }
}

async function withAdmin<T>(url: string, work: (admin: pg.Client) => Promise<T>): Promise<T> {
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.end();
  }
}
