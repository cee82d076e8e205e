import { initTRPC, TRPCError } from "@trpc/server";
import superjson from "superjson";
import type { TeamRole } from "@/generated/prisma/enums";
import type { Context } from "./context";
import { toTrpcError, wireError } from "./errors";
import { SSE } from "./limits";

const t = initTRPC.context<Context>().create({
  transformer: superjson,
  errorFormatter: ({ shape, error }) => ({
    ...shape,
    data: { ...shape.data, stack: undefined, ...wireError(error) },
  }),
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

const RANK: Record<TeamRole, number> = { VIEWER: 0, EDITOR: 1, OWNER: 2 };

function withRole(role: TeamRole) {
  return t.procedure.use(mapErrors).use(({ ctx, next }) => {
    if (!ctx.member) throw new TRPCError({ code: "UNAUTHORIZED" });
    if (RANK[ctx.member.role] < RANK[role]) throw new TRPCError({ code: "FORBIDDEN" });
    return next({ ctx: { ...ctx, ...ctx.member } });
  });
}

/** Every procedure is scoped to `ctx.teamId`; the name says who may call it. */
export const viewer = withRole("VIEWER");
export const editor = withRole("EDITOR");
export const owner = withRole("OWNER");
