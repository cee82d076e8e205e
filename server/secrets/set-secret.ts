import type { Queryable } from "../db";
import { newId } from "../runs/ids";
import type { SecretBox } from "../worker/secrets";

export const SECRET_NAME = /^[A-Za-z][\w-]{0,99}$/;

/** Sealed before it leaves this process. A secret of that name is replaced. */
export async function setSecret(
  db: Queryable,
  box: Pick<SecretBox, "seal">,
  { teamId, name, value }: { teamId: string; name: string; value: string },
): Promise<void> {
  await db.query(
    `INSERT INTO "Secret" (id, "teamId", name, value, "updatedAt") VALUES ($1, $2, $3, $4, now())
     ON CONFLICT ("teamId", name) DO UPDATE SET value = excluded.value, "updatedAt" = now()`,
    [newId(), teamId, name, box.seal(value)],
  );
}
