/** Answers the questions of job hosts, which have no database. */
import type { Pool } from "@/server/db";
import { readRecipe } from "@/server/runs/read-recipe";
import * as limits from "./limits";
import type { Asks } from "./messages";

export type Asker = { teamId: string };
export type ReadSecret = (teamId: string, name: string) => Promise<string>;

export function answerer(pool: Pool, readSecret: ReadSecret) {
  const answers: { [W in keyof Asks]: (ask: Asks[W]["ask"], from: Asker) => Promise<Asks[W]["answer"]> } = {
    async stage({ key }, { teamId }) {
      const { rows } = await pool.query<{ digest: string }>(
        'SELECT digest FROM "Stage" WHERE "teamId" = $1 AND key = $2',
        [teamId, key],
      );
      return rows[0]?.digest ?? null;
    },
    async "stage-made"({ key, name, digest }, { teamId }) {
      await pool.query(
        `INSERT INTO "Stage" ("teamId", key, name, digest) VALUES ($1, $2, $3, $4)
         ON CONFLICT ("teamId", key) DO UPDATE SET digest = excluded.digest`,
        [teamId, key, name, digest],
      );
      return null;
    },
    async checkpoints({ key }) {
      const { rows } = await pool.query<{ step: number; digest: string }>(
        'SELECT step, digest FROM "Checkpoint" WHERE key = $1 ORDER BY step DESC',
        [key],
      );
      return rows;
    },
    async "checkpoint-made"({ key, step, digest }) {
      await pool.query(
        `INSERT INTO "Checkpoint" (key, step, digest) VALUES ($1, $2, $3)
         ON CONFLICT (key, step) DO UPDATE SET digest = excluded.digest`,
        [key, step, digest],
      );
      await pool.query(
        `DELETE FROM "Checkpoint" WHERE key = $1 AND step NOT IN
           (SELECT step FROM "Checkpoint" WHERE key = $1 ORDER BY step DESC LIMIT $2)`,
        [key, limits.keptCheckpoints],
      );
      return null;
    },
    async recipe({ nodeRunId }) {
      const recipe = await readRecipe(pool, nodeRunId);
      return recipe ? JSON.stringify(recipe) : null;
    },
    secret: ({ name }, { teamId }) => readSecret(teamId, name),
  };
  return <W extends keyof Asks>(what: W, ask: Asks[W]["ask"], from: Asker) => answers[what](ask, from);
}
