/** Answers the questions of job hosts, which have no database. */
import { secretNames } from "@/engines/job/secret-names";
import { Failure } from "@/graph/problems";
import { blobsOf, passGate } from "@/server/artifacts/gate";
import type { Stored } from "@/server/artifacts/put";
import { type Tx, transaction } from "@/server/db";
import type { RunEngine } from "@/server/runs/commit";
import { readRecipe } from "@/server/runs/show";
import { jsonParam } from "@/server/storable";
import * as limits from "./limits";
import type { Asks } from "./messages";

export type Asker = { teamId: string; job: { params: Record<string, unknown> } };
export type ReadSecret = (teamId: string, name: string) => Promise<string>;

/** Of a worker that was given no way to read them. */
export const noSecrets: ReadSecret = async (_team, name) => {
  throw new Failure("INVALID_INPUT", "secret-missing", { name });
};

export function answerer({ pool, store }: Pick<RunEngine, "pool" | "store">, readSecret: ReadSecret) {
  /** Writes a row that names what a job put into the store, unless that was collected since. */
  const record = (stored: Stored, write: (tx: Tx) => Promise<unknown>) =>
    transaction(pool, async (tx) => {
      const gone = await passGate(tx, blobsOf(stored), store);
      if (gone.size) throw new Failure("UNAVAILABLE", "outputs-collected", {});
      await write(tx);
    });

  const answers: { [W in keyof Asks]: (ask: Asks[W]["ask"], from: Asker) => Promise<Asks[W]["answer"]> } = {
    async stage({ key }, { teamId }) {
      const { rows } = await pool.query<{ digest: string }>(
        'SELECT digest FROM "Stage" WHERE "teamId" = $1 AND key = $2',
        [teamId, key],
      );
      return rows[0]?.digest ?? null;
    },
    async "stage-made"({ key, name, digest, manifest }, { teamId }) {
      await record({ digest, manifest }, (tx) =>
        tx.query(
          `INSERT INTO "Stage" ("teamId", key, name, digest, manifest, "createdAt") VALUES ($1, $2, $3, $4, $5, clock_timestamp())
           ON CONFLICT ("teamId", key) DO UPDATE SET
             digest = excluded.digest, manifest = excluded.manifest, "createdAt" = excluded."createdAt"`,
          [teamId, key, name, digest, jsonParam(manifest)],
        ),
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
    async "checkpoint-made"({ key, step, digest, manifest }) {
      await record({ digest, manifest }, (tx) =>
        tx.query(
          `INSERT INTO "Checkpoint" (key, step, digest, manifest, "createdAt") VALUES ($1, $2, $3, $4, clock_timestamp())
           ON CONFLICT (key, step) DO UPDATE SET
             digest = excluded.digest, manifest = excluded.manifest, "createdAt" = excluded."createdAt"`,
          [key, step, digest, jsonParam(manifest)],
        ),
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
    async secret({ name }, { teamId, job }) {
      // A job reads the secrets that its own parameters stand for, and no other of the team.
      if (!secretNames(job.params).has(name))
        throw new Failure("INVALID_INPUT", "secret-not-named", { name });
      return readSecret(teamId, name);
    },
  };
  return <W extends keyof Asks>(what: W, ask: Asks[W]["ask"], from: Asker) => answers[what](ask, from);
}
