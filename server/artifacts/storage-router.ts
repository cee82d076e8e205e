import { procedure, router } from "../trpc";
import { collect } from "./collect/collect";
import { teamUsage } from "./quota";

export const storageRouter = router({
  /** What the team's artifacts take, and may take. */
  usage: procedure("storage.read").query(({ ctx }) => teamUsage(ctx.pool, ctx.teamId)),
  /** What collection would remove of this team, and what of all teams stays. Nothing is changed. */
  collectable: procedure("storage.collect").query(async ({ ctx }) =>
    mine(ctx.teamId, await collect(ctx, { remove: false })),
  ),
  /** Removes what nothing uses, of all teams: the store is one. */
  collect: procedure("storage.collect").mutation(async ({ ctx }) =>
    mine(ctx.teamId, await collect(ctx, { remove: true })),
  ),
});

/** Other teams' artifacts are counted in the bytes and not named. */
const mine = (teamId: string, found: Awaited<ReturnType<typeof collect>>) => ({
  ...found,
  artifacts: found.artifacts.filter((artifact) => artifact.teamId === teamId),
});
