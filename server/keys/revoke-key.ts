import type { Queryable } from "../db";

/** By name or id. From the next request on it is refused. False when the team has no working key of that name. */
export async function revokeKey(db: Queryable, teamId: string, given: string): Promise<boolean> {
  const { rowCount } = await db.query(
    `UPDATE "ApiKey" SET "revokedAt" = now() WHERE "teamId" = $1 AND (name = $2 OR id = $2) AND "revokedAt" IS NULL`,
    [teamId, given],
  );
  return (rowCount ?? 0) > 0;
}

/** A key that was made for one piece of work leaves no trace. */
export async function removeKey(db: Queryable, teamId: string, name: string): Promise<void> {
  await db.query(`DELETE FROM "ApiKey" WHERE "teamId" = $1 AND name = $2`, [teamId, name]);
}
