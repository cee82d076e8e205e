import { createStore } from "@/server/artifacts/index";
import { createPool, type Pool } from "@/server/db";
import { createEngine } from "@/server/engine";
import { type Env, env } from "@/server/env";
import type { Prisma } from "@/server/prisma";
import type { RunEngine } from "@/server/runs/commit";
import { openDatabase } from "@/server/supervisor/index";
import { whichTeam } from "@/server/teams/which-team";
import { closeTracing } from "@/server/tracing";
import { type Args, UsageError } from "./command";

export type CliSystem = {
  env: Env;
  databaseUrl: string;
  pool: Pool;
  engine: RunEngine;
  store: ReturnType<typeof createStore>;
};

/** With the team that `--team` or TELAR_TEAM names, else the only one. */
export type TeamSystem = CliSystem & { teamId: string };

export async function withSystem<T>(use: (system: CliSystem) => Promise<T>): Promise<T> {
  const settings = env();
  const database = await openDatabase(settings);
  const pool = createPool(database.url, { max: 6, name: "telar-cli" });
  try {
    const store = createStore(settings);
    const engine = createEngine(pool, store);
    return await use({
      env: settings,
      databaseUrl: database.url,
      pool,
      engine,
      store,
    });
  } finally {
    await closeTracing();
    await pool.end();
    await database.close();
  }
}

/** For commands whose options hold `teamOption`. */
export const withTeam = <T>(args: Args, use: (system: TeamSystem) => Promise<T>): Promise<T> =>
  withSystem(async (system) => {
    const { id } = await whichTeam(system.pool, args.text("team") ?? system.env.team);
    return use({ ...system, teamId: id });
  });

/** Prisma takes a fifth of a second to load: only for commands that need it. */
export async function withPrisma<S extends CliSystem>(system: S): Promise<S & { prisma: Prisma }> {
  const { createPrisma } = await import("@/server/prisma");
  return { ...system, prisma: createPrisma(system.pool) };
}

/** A run by its id, or by the number that people see, the newest one of that number. */
export async function findRun({ pool, teamId }: TeamSystem, given: string): Promise<string> {
  const { rows } = await pool.query<{ id: string }>(
    `SELECT id FROM "Run" WHERE "teamId" = $1 AND (id = $2 OR number::text = $2) ORDER BY id DESC LIMIT 1`,
    [teamId, given],
  );
  if (!rows[0]) throw new UsageError(`There is no run ${given}. \`telar runs\` lists them.`);
  return rows[0].id;
}
