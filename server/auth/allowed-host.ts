import { type Env, isLoopback } from "../env";

type Place = Pick<Env, "host" | "publicUrl">;

export const hostname = (host: string) =>
  host
    .replace(/:\d+$/, "")
    .replace(/^\[(.*)\]$/, "$1")
    .toLowerCase();

/** A DNS name that an attacker points at this machine arrives with his name in Host. */
export function isAllowedHost(host: string, { host: bound, publicUrl }: Place): boolean {
  const name = hostname(host);
  // By name alone: the gateway answers on another port than the address that people open.
  if (publicUrl && name === hostname(new URL(publicUrl).host)) return true;
  return isLoopback(name) || (name !== "" && name === bound.toLowerCase());
}

const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

/** What a browser says of where a request that may change something comes from; other clients say nothing. */
export const isFromElsewhere = (site: string | null, method: string): boolean =>
  !SAFE.has(method) && site !== null && site !== "same-origin" && site !== "none";

/** Browsers send Origin with everything that can change something; it must be the page of this very host. */
export function isAllowedOrigin(
  origin: string | null,
  host: string,
  method: string,
  { publicUrl }: Place,
): boolean {
  if (origin === null) return true;
  if (origin === "null") return method === "GET" || method === "HEAD";
  if (publicUrl && origin === new URL(publicUrl).origin) return true;
  return URL.canParse(origin) && new URL(origin).host === host.toLowerCase();
}
