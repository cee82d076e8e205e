/** Whom a request to the gateway speaks for, and what it may do. */
import type { MiddlewareHandler } from "hono";
import { ACCESS, type Action, roleMay, scopesMay } from "../access";
import { hostname } from "../auth/allowed-host";
import { looksLikeToken, readGatewayToken, type TokenTarget } from "../auth/gateway-token";
import type { Queryable } from "../db";
import { type Env, isLoopback } from "../env";
import { findKey } from "../keys/find-key";
import { looksLikeKey } from "../keys/key-text";
import { ApiError } from "./errors";

export type Caller = { teamId: string } & (
  | { by: "key"; scopes: readonly string[] }
  /** The web app, for a person whom it asked the table about, and for this one thing. */
  | { by: "token"; target: TokenTarget }
  /** A program on this machine, where the gateway asks for no key. */
  | { by: "loopback" }
);

type Surroundings = { db: Queryable } & Pick<Env, "home" | "host">;

/** @throws ApiError 401 for a key or token that does not hold, and for none where one is needed */
export async function whoCalls({ db, home, host }: Surroundings, request: Request): Promise<Caller> {
  const bearer = /^Bearer +(\S+) *$/i.exec(request.headers.get("authorization") ?? "")?.[1] ?? "";
  if (looksLikeToken(bearer)) {
    const claims = await readGatewayToken(home, bearer);
    if (!claims) throw unauthorized("invalid_token", "The web app's token does not hold. Reload the page.");
    return { by: "token", teamId: claims.teamId, target: claims.target };
  }
  if (looksLikeKey(bearer)) {
    const owner = await findKey(db, bearer);
    if (!owner)
      throw unauthorized(
        "invalid_api_key",
        "This API key is unknown, revoked or expired. `telar key create` makes another.",
      );
    return { by: "key", ...owner };
  }
  if (!isLoopback(host) || !cameFromHere(request))
    throw unauthorized(
      "invalid_api_key",
      "Give an API key: `Authorization: Bearer telar_…`. `telar key create` makes one.",
    );
  return { by: "loopback", teamId: await onlyTeam(db) };
}

/** A proxy in front of a gateway on loopback says so in a header, or keeps the name that was called. */
function cameFromHere({ headers }: Request): boolean {
  const proxied = ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via"];
  return isLoopback(hostname(headers.get("host") ?? "")) && !proxied.some((name) => headers.has(name));
}

async function onlyTeam(db: Queryable): Promise<string> {
  const { rows } = await db.query<{ id: string }>({
    name: "only-team",
    text: 'SELECT id FROM "Team" LIMIT 2',
  });
  if (rows.length > 1)
    throw unauthorized(
      "invalid_api_key",
      "Several teams live on this installation: give an API key of the one you mean, `Authorization: Bearer telar_…`. `telar key create NAME --team TEAM` makes one.",
    );
  // Before anything was made there is no team, and nothing that could be served.
  return rows[0]?.id ?? "";
}

const unauthorized = (code: string, message: string) => new ApiError(401, code, message);

/** Whether the thing itself is the caller's is for the look-up by name: see `reaches`. */
export function callerMay(caller: Caller, action: Action): boolean {
  if (caller.by === "key") return scopesMay(caller.scopes, action);
  // A program on the machine of the installation is its owner's.
  if (caller.by === "loopback") return roleMay("OWNER", action) === "yes";
  return action === "model.use";
}

/** A token is for one thing; others see all of their team. */
export const reaches = (caller: Caller, kind: TokenTarget["kind"], id: string): boolean =>
  caller.by !== "token" || (caller.target.kind === kind && caller.target.id === id);

/** A chain asks its model for whoever may run the chain. */
export const withinTeam = ({ teamId }: Caller): Caller => ({ by: "key", teamId, scopes: ["models"] });

/** Stands before every route and says what it does, for the table of who may and for the test that walks all routes. */
export const asks = (action: Action) =>
  Object.assign(
    (async (c, next) => {
      if (ACCESS[action] === "anyone" || callerMay(c.env.caller, action)) return next();
      const message = `This key may not do that: it needs the scope for \`${action}\`. \`telar key create\` says which there are.`;
      throw new ApiError(403, "insufficient_scope", message);
    }) satisfies MiddlewareHandler<{ Bindings: { caller: Caller } }>,
    { action },
  );
