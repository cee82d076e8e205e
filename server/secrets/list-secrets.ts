import type { Queryable } from "../db";

export type SecretListed = { name: string; createdAt: Date; updatedAt: Date };

/** No values: those are for jobs alone. */
export async function listSecrets(db: Queryable, teamId: string): Promise<SecretListed[]> {
  const { rows } = await db.query<SecretListed>(
    'SELECT name, "createdAt", "updatedAt" FROM "Secret" WHERE "teamId" = $1 ORDER BY name',
    [teamId],
  );
  return rows;
}
