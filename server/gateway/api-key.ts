import { createHash } from "node:crypto";
import type { Queryable } from "../db";
import type { Caller } from "./parts";

/** Whose key a request bears. Keys are stored as better-auth's api-key plugin hashes them. */
export function callerByKey(db: Queryable): (request: Request) => Promise<Caller | undefined> {
  return async (request) => {
    const key = /^Bearer\s+(\S+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
    if (!key) return undefined;
    const { rows } = await db.query<{ teamId: string }>({
      name: "gateway-key",
      text: `SELECT "referenceId" AS "teamId" FROM "Apikey"
             WHERE key = $1 AND enabled AND ("expiresAt" IS NULL OR "expiresAt" > now()) LIMIT 1`,
      values: [createHash("sha256").update(key).digest("base64url")],
    });
    return rows[0];
  };
}
