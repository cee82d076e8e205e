import type { Queryable } from "../db";
import { hashKey } from "./key-text";

export type KeyOwner = { teamId: string; scopes: string[] };

/** Whose key it is. Undefined for one that is unknown, revoked or expired. */
export async function findKey(db: Queryable, key: string): Promise<KeyOwner | undefined> {
  const hash = hashKey(key);
  if (!hash) return undefined;
  const { rows } = await db.query<KeyOwner & { id: string; stale: boolean }>({
    name: "find-key",
    text: `SELECT id, "teamId", scopes, coalesce("lastUsedAt" < now() - interval '1 minute', true) AS stale FROM "ApiKey"
           WHERE "keyHash" = $1 AND "revokedAt" IS NULL AND ("expiresAt" IS NULL OR "expiresAt" > now())`,
    values: [hash],
  });
  const [row] = rows;
  if (!row) return undefined;
  if (row.stale) await db.query('UPDATE "ApiKey" SET "lastUsedAt" = now() WHERE id = $1', [row.id]);
  return { teamId: row.teamId, scopes: row.scopes };
}
