import type { Queryable } from "../db";

/** From now on no cached result has it: what made it runs again, and putting it anew makes it whole. */
export async function markDamaged(db: Queryable, digests: readonly string[]): Promise<void> {
  await db.query(`UPDATE "Artifact" SET state = 'DAMAGED' WHERE digest = ANY($1) AND state = 'KEPT'`, [
    digests,
  ]);
}
