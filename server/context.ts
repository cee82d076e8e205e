import { type Asking, currentMember, type Member } from "./auth/current-member";
import type { Refusal } from "./errors";
import { type Web, web } from "./web";

/** `member` is who asks in which team, or why nobody may. */
export type Context = Omit<Web, "auth" | "streams"> & { member: Member | Refusal };

export async function createContext(asking: Asking): Promise<Context & Pick<Web, "streams">> {
  const { auth, ...parts } = await web();
  return { ...parts, member: await currentMember({ auth, ...parts }, asking) };
}
