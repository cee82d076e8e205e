import type { TEAM_HEADER } from "@/server/auth/team-of-request";

/** Names the team of this page in every call: another tab may have switched to another since. */
const HEADER: typeof TEAM_HEADER = "x-telar-team";

/** One a tab. Nothing is asked while the server draws, where one value would be everybody's. */
let shown: string | undefined;

export function showTeam(id: string): void {
  if (typeof window !== "undefined") shown = id;
}

export const teamHeaders = (): Record<string, string> => (shown ? { [HEADER]: shown } : {});
/** A stream can send no header. */
export const teamParams = (): Record<string, string> | null => (shown ? { team: shown } : null);
/** A link that is clicked can send no header either. */
export const ofTeam = (address: string): string => (shown ? `${address}?team=${shown}` : address);
