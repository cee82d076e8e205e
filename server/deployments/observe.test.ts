import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "../database/testing";
import { listDeployments } from "../overview/list-deployments";
import { createObserver, failedBefore } from "./observe";
import { stopDeployment } from "./set-desired";

const TEAM = "team";
let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
  const { pool } = database;
  await pool.query('INSERT INTO "Team" (id, slug, name) VALUES ($1, $1, $1)', [TEAM]);
  await pool.query(
    `INSERT INTO "Artifact" (id, "teamId", digest, type, facts, manifest) VALUES ('a', $1, 'sha256:a', 'endpoint', '{}', '{}')`,
    [TEAM],
  );
  for (const id of ["one", "two", "three"])
    await pool.query(
      `INSERT INTO "Deployment" (id, "teamId", slug, "artifactId", "updatedAt") VALUES ($1, $2, $1, 'a', now() - interval '1 hour')`,
      [id, TEAM],
    );
});
afterAll(() => database.close());

const observer = (over: { leaseMs?: number; renewMs?: number; gatewayId?: string } = {}) =>
  createObserver({
    db: database.pool,
    url: "http://127.0.0.1:3001/v1",
    onError(error) {
      throw error;
    },
    ...over,
  });
const shown = async (slug: string) => {
  const found = (await listDeployments(database.prisma, TEAM)).find((one) => one.slug === slug);
  return { observed: found?.observed, reason: found?.failure?.reason };
};

test("the READY of a gateway that died without a word is not shown once its lease has passed", async () => {
  const dead = observer({ leaseMs: 4_000, renewMs: 3_600_000 });
  dead.note({ id: "one", generation: 1 }, "READY");
  await dead.flush();
  expect(await shown("one")).toEqual({ observed: "READY" });
  await expect
    .poll(() => shown("one"), { timeout: 20_000 })
    .toEqual({ observed: "STOPPED", reason: "no-gateway" });
  await dead.close();
});

test("a gateway that lives renews its lease, and gives it up when it closes", async () => {
  const living = observer({ leaseMs: 3_000, renewMs: 50 });
  living.note({ id: "two", generation: 1 }, "READY");
  await living.flush();
  await new Promise((resolve) => setTimeout(resolve, 4_000));
  expect(await shown("two")).toEqual({ observed: "READY" });
  await living.close();
  expect(await shown("two")).toEqual({ observed: "STOPPED", reason: "no-gateway" });
});

test("each gateway writes its own row; the latest note is the one that counts", async () => {
  const [a, b] = [observer({ gatewayId: "a" }), observer({ gatewayId: "b" })];
  a.note({ id: "three", generation: 1 }, "FAILED", { reason: "model-file-missing", values: { path: "x" } });
  await a.flush();
  expect(await shown("three")).toEqual({ observed: "FAILED", reason: "model-file-missing" });
  expect(await failedBefore(database.pool)).toEqual(new Set(["three"]));
  for (const state of ["STARTING", "FAILED", "STARTING", "READY"] as const)
    b.note({ id: "three", generation: 1 }, state);
  await b.flush();
  expect(await shown("three")).toEqual({ observed: "READY" });
  expect(await failedBefore(database.pool)).toEqual(new Set());
  await b.close();
  expect(await shown("three")).toEqual({ observed: "FAILED", reason: "model-file-missing" });
  await stopDeployment(database.pool, TEAM, "three");
  // Asked for, not done yet: what the gateway saw of the wish before stands.
  expect((await shown("three")).observed).toBe("FAILED");
  await a.close();
});

test("what a deployment's removal took away is no error for its gateway", async () => {
  const living = observer();
  await database.pool.query(`DELETE FROM "Deployment" WHERE id = 'three'`);
  living.note({ id: "three", generation: 2 }, "READY");
  await living.flush();
  await living.close();
});
