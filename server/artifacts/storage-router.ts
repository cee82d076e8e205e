import { Refusal } from "../errors";
import type { Prisma } from "../prisma";
import { procedure, router } from "../trpc";
import { collect } from "./collect/collect";
import { teamUsage } from "./quota";

export const storageRouter = router({
  /** What the team's artifacts take, and may take. */
  usage: procedure("storage.read").query(({ ctx }) => teamUsage(ctx.pool, ctx.teamId)),
  /** What collection would remove. Nothing is changed. */
  collectable: procedure("storage.collect").query(async ({ ctx }) => {
    await refuseShared(ctx.prisma);
    return collect(ctx, { remove: false });
  }),
  /** Removes what nothing uses. */
  collect: procedure("storage.collect").mutation(async ({ ctx }) => {
    await refuseShared(ctx.prisma);
    return collect(ctx, { remove: true });
  }),
});

/** The store is one: who owns one of several teams does not clear the others'. */
async function refuseShared(prisma: Prisma): Promise<void> {
  if ((await prisma.team.count()) > 1) throw new Refusal("PRECONDITION_FAILED", "storage-shared");
}
