import type { Scope } from "../access";
import type { Queryable } from "../db";
import { newId } from "../runs/ids";
import { hashKey, keyHint, newKey } from "./key-text";

export type NewKey = { teamId: string; name: string; scopes: readonly Scope[]; expiresAt?: Date | undefined };

/** The key is in the answer and nowhere else. Undefined when a working key of the team has the name. */
export async function createKey(
  db: Queryable,
  { teamId, name, scopes, expiresAt }: NewKey,
): Promise<string | undefined> {
  const key = newKey();
  const { rowCount } = await db.query(
    `INSERT INTO "ApiKey" (id, "teamId", name, hint, "keyHash", scopes, "expiresAt")
     SELECT $1, $2, $3, $4, $5, $6, $7 WHERE NOT EXISTS (
       SELECT 1 FROM "ApiKey" k WHERE k."teamId" = $2 AND k.name = $3 AND k."revokedAt" IS NULL
         AND (k."expiresAt" IS NULL OR k."expiresAt" > now()))`,
    [newId(), teamId, name, keyHint(key), hashKey(key), scopes, expiresAt ?? null],
  );
  return rowCount ? key : undefined;
}
