import { currentMember, type Member } from "./auth/current-member";
import type { Pool, Prisma } from "./db";
import type { Env } from "./env";
import { type Web, web } from "./web";

export type Context = { env: Env; pool: Pool; prisma: Prisma; databaseUrl: string; member: Member | undefined };

export async function createContext(headers: Headers): Promise<Context> {
  const parts: Web = await web();
  const { env, pool, prisma, databaseUrl } = parts;
  return { env, pool, prisma, databaseUrl, member: await currentMember(parts.auth, prisma, headers) };
}
