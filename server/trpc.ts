import { initTRPC } from "@trpc/server";
import { getHTTPStatusCodeFromError } from "@trpc/server/http";
import { TRPC_ERROR_CODES_BY_KEY } from "@trpc/server/rpc";
import superjson from "superjson";
import { withAnyKeys } from "@/graph/wire-keys";
import type { TeamAction } from "./access";
import { admit } from "./auth/admit";
import type { Context } from "./context";
import { toTrpcError, wireError } from "./errors";
import { guardInput } from "./guard-input";
import { SSE } from "./limits";

/** `action` is what a procedure does, by its name in `server/access.ts`. */
const t = initTRPC
  .context<Context>()
  .meta<{ action: TeamAction }>()
  .create({
    transformer: withAnyKeys(superjson),
    errorFormatter: ({ shape, error }) => {
      // What a stream throws after its beginning has passed no middleware.
      const known = toTrpcError(error);
      const { code, message } = known;
      const httpStatus = getHTTPStatusCodeFromError(known);
      return {
        ...shape,
        message,
        code: TRPC_ERROR_CODES_BY_KEY[code],
        data: { ...shape.data, code, httpStatus, stack: undefined, ...wireError(known) },
      };
    },
    sse: {
      ping: { enabled: true, intervalMs: SSE.pingMs },
      client: { reconnectAfterInactivityMs: SSE.reconnectMs },
    },
  });

export const router = t.router;
export const createCaller = t.createCallerFactory;

/** The one place where what was thrown becomes what is answered. */
const mapErrors = t.middleware(async ({ next }) => {
  const result = await next();
  if (!result.ok) throw toTrpcError(result.error);
  return result;
});

/**
 * Every procedure begins here. It is scoped to `ctx.teamId`, and to what `ctx.userId` started where `ctx.ownOnly` is set.
 */
export const procedure = (action: TeamAction) =>
  t.procedure
    .meta({ action })
    .use(mapErrors)
    .use(async ({ ctx, next, getRawInput }) => {
      const admitted = admit(ctx.member, action);
      await guardInput(getRawInput);
      return next({ ctx: { ...ctx, ...admitted } });
    });
