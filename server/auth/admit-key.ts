import { scopesMay, type TeamAction } from "../access";
import type { Queryable } from "../db";
import { Refusal } from "../errors";
import { findKey } from "../keys/find-key";
import { looksLikeKey } from "../keys/key-text";

/**
 * The team of the API key that a program shows; undefined where none is shown.
 * @throws Refusal `key-unknown`, `key-scope`
 */
export async function admitKey(
  db: Queryable,
  headers: Headers,
  action: TeamAction,
): Promise<{ teamId: string } | undefined> {
  const bearer = /^Bearer +(\S+) *$/i.exec(headers.get("authorization") ?? "")?.[1];
  if (bearer === undefined || !looksLikeKey(bearer)) return undefined;
  const owner = await findKey(db, bearer);
  if (!owner) throw new Refusal("UNAUTHORIZED", "key-unknown");
  if (!scopesMay(owner.scopes, action)) throw new Refusal("FORBIDDEN", "key-scope");
  return { teamId: owner.teamId };
}
