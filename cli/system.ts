import { createStore } from "@/server/artifacts/index";
import { createPool, createPrisma, type Pool, type Prisma } from "@/server/db";
import { createEngine } from "@/server/engine";
import { type Env, env } from "@/server/env";
import type { RunEngine } from "@/server/runs/engine";
import { openDatabase, startSystem } from "@/server/supervisor/index";
import { ensureOwner } from "@/server/teams/ensure-owner";
import { UsageError } from "./command";
import { say } from "./output";

export type CliSystem = {
  env: Env;
  databaseUrl: string;
  pool: Pool;
  prisma: Prisma;
  engine: RunEngine;
  store: ReturnType<typeof createStore>;
  teamId: string;
};

/** A worker that was seen within this time is there. */
const SEEN = "10 seconds";

/** With `worker`, one runs while `use` does: that of a running Telar, or one of its own. */
export async function withSystem<T>(
  use: (system: CliSystem) => Promise<T>,
  { worker = false } = {},
): Promise<T> {
  const settings = env();
  const database = await openDatabase(settings);
  const pool = createPool(database.url, { max: 6, name: "telar-cli" });
  const prisma = createPrisma(pool);
  let stop = async () => {};
  try {
    const { teamId } = await ensureOwner(prisma);
    if (worker && !(await hasWorker(pool))) {
      const system = await startSystem({ env: settings, parts: ["worker"], log: (message) => say(message) });
      stop = system.stop;
    }
    const engine = createEngine(pool);
    return await use({
      env: settings,
      databaseUrl: database.url,
      pool,
      prisma,
      engine,
      store: createStore(settings),
      teamId,
    });
  } finally {
    await stop();
    await prisma.$disconnect();
    await pool.end();
    await database.close();
  }
}

async function hasWorker(pool: Pool): Promise<boolean> {
  const { rowCount } = await pool.query(
    `SELECT 1 FROM "Worker" WHERE "stoppedAt" IS NULL AND "seenAt" > now() - interval '${SEEN}' LIMIT 1`,
  );
  return Boolean(rowCount);
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
