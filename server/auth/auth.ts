import { betterAuth } from "better-auth";
import { prismaAdapter } from "better-auth/adapters/prisma";
import { SIGN_IN } from "../limits";
import type { Prisma } from "../prisma";
import { signInLink } from "./sign-in-link-plugin";

export type AuthSettings = { prisma: Prisma; secret: string; origin: string; port: number };

/** Sessions of people. Used on the server alone: none of better-auth's own routes are served. */
export function createAuth({ prisma, secret, origin, port }: AuthSettings) {
  return betterAuth({
    secret,
    baseURL: origin,
    database: prismaAdapter(prisma, { provider: "postgresql" }),
    session: { expiresIn: SIGN_IN.sessionSeconds, updateAge: 24 * 3600 },
    advanced: {
      // Browsers share cookies between ports of one host: two installations must not sign each other out.
      cookiePrefix: `telar-${port}`,
      defaultCookieAttributes: { httpOnly: true, sameSite: "lax", path: "/" },
      database: { generateId: false },
    },
    telemetry: { enabled: false },
    logger: { level: "error" },
    plugins: [signInLink(prisma)],
  });
}

export type Auth = ReturnType<typeof createAuth>;
