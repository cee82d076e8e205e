import { createStore } from "@/server/artifacts/index";
import { createPool, createPrisma, type Pool, type Prisma } from "@/server/db";
import { createEngine } from "@/server/engine";
import { type Env, env } from "@/server/env";
import type { RunEngine } from "@/server/runs/engine";
import { openDatabase } from "@/server/supervisor/index";
import { ensureOwner } from "@/server/teams/ensure-owner";
import { closeTracing } from "@/server/tracing";
import { UsageError } from "./command";

export type CliSystem = {
  env: Env;
  databaseUrl: string;
  pool: Pool;
  prisma: Prisma;
  engine: RunEngine;
  store: ReturnType<typeof createStore>;
  teamId: string;
};

export async function withSystem<T>(use: (system: CliSystem) => Promise<T>): Promise<T> {
  const settings = env();
  const database = await openDatabase(settings);
  const pool = createPool(database.url, { max: 6, name: "telar-cli" });
  const prisma = createPrisma(pool);
  try {
    const { teamId } = await ensureOwner(prisma);
    const store = createStore(settings);
    const engine = createEngine(pool, store);
    return await use({
      env: settings,
      databaseUrl: database.url,
      pool,
      prisma,
      engine,
      store,
      teamId,
    });
  } finally {
    await closeTracing();
    await prisma.$disconnect();
    await pool.end();
    await database.close();
  }
}

/** A run by its id, or by the number that people see, the newest one of that number. */
export async function findRun({ pool, teamId }: CliSystem, given: string): Promise<string> {
  const { rows } = await pool.query<{ id: string }>(
    `SELECT id FROM "Run" WHERE "teamId" = $1 AND (id = $2 OR number::text = $2) ORDER BY id DESC LIMIT 1`,
    [teamId, given],
  );
  if (!rows[0]) throw new UsageError(`There is no run ${given}. \`telar runs\` lists them.`);
  return rows[0].id;
}
