import type { Queryable } from "../db";

export type KeyListed = {
  id: string;
  name: string;
  hint: string;
  scopes: string[];
  state: "works" | "expired" | "revoked";
  createdAt: Date;
  expiresAt: Date | null;
  revokedAt: Date | null;
  lastUsedAt: Date | null;
};

/** Those of the team, newest first. */
export async function listKeys(db: Queryable, teamId: string): Promise<KeyListed[]> {
  const { rows } = await db.query<KeyListed>(
    `SELECT id, name, hint, scopes, "createdAt", "expiresAt", "revokedAt", "lastUsedAt",
       CASE WHEN "revokedAt" IS NOT NULL THEN 'revoked' WHEN "expiresAt" <= now() THEN 'expired' ELSE 'works' END AS state
     FROM "ApiKey" WHERE "teamId" = $1 ORDER BY "createdAt" DESC, id DESC`,
    [teamId],
  );
  return rows;
}
