/** Prisma over the same connections, apart from them: a worker starts without it. */
import { PrismaPg } from "@prisma/adapter-pg";
import { PrismaClient } from "@/generated/prisma/client";
import type { Pool } from "./db";

export type Prisma = PrismaClient;

export const createPrisma = (pool: Pool): Prisma => new PrismaClient({ adapter: new PrismaPg(pool) });
