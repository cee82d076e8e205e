import { createAuthEndpoint } from "better-auth/api";
import { setSessionCookie } from "better-auth/cookies";
import type { BetterAuthPlugin } from "better-auth/types";
import { z } from "zod";
import type { Prisma } from "../prisma";
import { redeemToken } from "./redeem-token";

/** Turns a one-time token into a session cookie. */
export const signInLink = (prisma: Prisma) =>
  ({
    id: "sign-in-link",
    endpoints: {
      signInWithLink: createAuthEndpoint(
        "/sign-in/link",
        { method: "POST", body: z.object({ token: z.string() }) },
        async (ctx) => {
          const userId = await redeemToken(prisma, ctx.body.token);
          const user = await ctx.context.internalAdapter.findUserById(userId);
          if (!user) throw new Error(`no user ${userId}`);
          const session = await ctx.context.internalAdapter.createSession(user.id);
          await setSessionCookie(ctx, { session, user });
          return ctx.json({ userId });
        },
      ),
    },
  }) satisfies BetterAuthPlugin;
