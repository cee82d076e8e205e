/** Which of a person's teams a request is about. Whether they are in it is for `currentMember`. */
import type { Env } from "../env";

/** Sent with every call of a page: it speaks for the team it shows, whatever another tab has switched to since. */
export const TEAM_HEADER = "x-telar-team";

export const askedTeam = (headers: Headers): string | undefined => headers.get(TEAM_HEADER) ?? undefined;

/** Browsers share cookies between ports of one host. */
const cookieName = ({ port }: Pick<Env, "port">) => `telar-${port}.team`;

/** The team that was chosen last in this browser. */
export function chosenTeam(headers: Headers, env: Pick<Env, "port">): string | undefined {
  const name = `${cookieName(env)}=`;
  const pairs = (headers.get("cookie") ?? "").split(";").map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(name))?.slice(name.length);
}

const YEAR_SECONDS = 365 * 24 * 3600;

export const teamCookie = (teamId: string, env: Pick<Env, "port" | "publicUrl">): string =>
  `${cookieName(env)}=${encodeURIComponent(teamId)}; Path=/; Max-Age=${YEAR_SECONDS}; HttpOnly; SameSite=Lax${env.publicUrl?.startsWith("https:") ? "; Secure" : ""}`;
