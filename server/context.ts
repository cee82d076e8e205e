import { currentMember, type Member } from "./auth/current-member";
import { type Web, web } from "./web";

export type Context = Omit<Web, "auth"> & { member: Member | undefined };

export async function createContext(headers: Headers): Promise<Context> {
  const { auth, ...parts } = await web();
  return { ...parts, member: await currentMember(auth, parts.prisma, headers) };
}
