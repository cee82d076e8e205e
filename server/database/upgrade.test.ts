/** What a home of an earlier version holds, after its database was brought up to this one. */
import { createHash } from "node:crypto";
import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createPool, type Pool } from "../db";
import { env } from "../env";
import { findKey } from "../keys/find-key";
import { type EmbeddedDatabase, startEmbedded } from "./embedded";
import { migrate, readMigrations } from "./migrate";

const MIGRATIONS = join(env().root, "prisma/migrations");
let home: string;
let db: EmbeddedDatabase;
let pool: Pool;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "telar-upgrade-"));
  db = await startEmbedded({
    dir: join(home, "database"),
    logFile: join(home, "database.log"),
    unsafe: true,
  });
  pool = createPool(db.url);
});
afterAll(async () => {
  await pool.end();
  await db.stop();
  await rm(home, { recursive: true, force: true });
});

/** As it was before this migration. */
async function migrateUpTo(name: string): Promise<void> {
  const old = join(home, "migrations");
  await mkdir(old);
  for (const migration of await readMigrations(MIGRATIONS)) {
    if (migration.name.endsWith(name)) break;
    await cp(join(MIGRATIONS, migration.name), join(old, migration.name), { recursive: true });
  }
  await migrate(db.url, old);
}

test("members and keys keep what they could do", async () => {
  await migrateUpTo("_access");
  const key = `telar_${"k".repeat(43)}`;
  const off = `telar_${"o".repeat(43)}`;
  const hash = (text: string) => createHash("sha256").update(text).digest("base64url");
  await pool.query(`INSERT INTO "Team" (id, slug, name) VALUES ('t', 'my-team', 'My team')`);
  await pool.query(
    `INSERT INTO "User" (id, name, email) VALUES ('o', 'O', 'o@x'), ('e', 'E', 'e@x'), ('v', 'V', 'v@x')`,
  );
  await pool.query(
    `INSERT INTO "Membership" ("teamId", "userId", role) VALUES ('t', 'o', 'OWNER'), ('t', 'e', 'EDITOR'), ('t', 'v', 'VIEWER')`,
  );
  await pool.query(
    `INSERT INTO "Apikey" (id, name, "referenceId", key, enabled, "expiresAt") VALUES
       ('k1', 'ci', 't', $1, true, NULL), ('k2', NULL, 't', $2, false, NULL), ('k3', 'gone', 'nobody', $3, true, NULL)`,
    [hash(key), hash(off), hash("another")],
  );
  await pool.query(
    `INSERT INTO "Secret" (id, "teamId", name, value, "updatedAt") VALUES ('s', 't', 'TOKEN', '\\x00', now())`,
  );

  await migrate(db.url, MIGRATIONS);
  const { rows } = await pool.query('SELECT "userId", role::text FROM "Membership" ORDER BY 1');
  // What a viewer could until then is what a runner can.
  expect(rows).toEqual([
    { userId: "e", role: "EDITOR" },
    { userId: "o", role: "OWNER" },
    { userId: "v", role: "RUNNER" },
  ]);
  expect(await findKey(pool, key)).toEqual({ teamId: "t", scopes: ["models", "metrics"] });
  expect(await findKey(pool, off)).toBeUndefined();
  expect((await pool.query('SELECT id FROM "ApiKey" ORDER BY id')).rows).toEqual([
    { id: "k1" },
    { id: "k2" },
  ]);
  expect((await pool.query('SELECT name FROM "Secret"')).rows).toEqual([{ name: "TOKEN" }]);
});
