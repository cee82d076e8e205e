import type { Queryable } from "../db";

/** False when the team has none of that name. */
export async function removeSecret(db: Queryable, teamId: string, name: string): Promise<boolean> {
  const { rowCount } = await db.query('DELETE FROM "Secret" WHERE "teamId" = $1 AND name = $2', [
    teamId,
    name,
  ]);
  return (rowCount ?? 0) > 0;
}
