/**
 * How the web app speaks to the gateway for a signed-in person: a token that lives for a minute, is signed with a key that lies
 * in the home, and names the person, the team and the one thing it is for.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { GATEWAY } from "../limits";
import { readTokenKey, takeTokenKey } from "./gateway-token-keys";

const PREFIX = "telar-web";
const AUDIENCE = "telar-gateway";

/** A deployment or a chain, by id: names can be given to another. */
export type TokenTarget = { kind: "deployments" | "chains"; id: string };
export type TokenClaims = { userId: string; teamId: string; target: TokenTarget };

const claims = z.strictObject({
  aud: z.literal(AUDIENCE),
  exp: z.int(),
  userId: z.string().min(1),
  teamId: z.string().min(1),
  target: z.strictObject({ kind: z.enum(["deployments", "chains"]), id: z.string().min(1) }),
});

export const looksLikeToken = (text: string): boolean => text.startsWith(`${PREFIX}.`);

export async function signGatewayToken(home: string, who: TokenClaims, now = Date.now()): Promise<string> {
  const { id, key } = await takeTokenKey(home, now);
  const body = { aud: AUDIENCE, exp: Math.ceil((now + GATEWAY.tokenMs) / 1000), ...who };
  const signed = `${PREFIX}.${id}.${Buffer.from(JSON.stringify(body)).toString("base64url")}`;
  return `${signed}.${mac(key, signed).toString("base64url")}`;
}

/** Undefined for a token that is not ours, was changed, has expired, or was signed with a key that is no longer used. */
export async function readGatewayToken(
  home: string,
  token: string,
  now = Date.now(),
): Promise<TokenClaims | undefined> {
  const [prefix, id, body, signature, ...rest] = token.split(".");
  if (prefix !== PREFIX || !id || !body || !signature || rest.length) return undefined;
  const key = await readTokenKey(home, id, now);
  if (!key) return undefined;
  const expected = mac(key, `${prefix}.${id}.${body}`);
  const given = Buffer.from(signature, "base64url");
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  const parsed = claims.safeParse(JSON.parse(Buffer.from(body, "base64url").toString("utf8")));
  if (!parsed.success || parsed.data.exp * 1000 <= now) return undefined;
  const { userId, teamId, target } = parsed.data;
  return { userId, teamId, target };
}

const mac = (key: Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest();
