import { z } from "zod";
import { RunPriority } from "@/generated/prisma/enums";
import { procedure, router } from "../trpc";
import { listQueue } from "./list-queue";
import { moveRun } from "./move-run";
import { pauseQueue } from "./pause-queue";
import { setPriority } from "./set-priority";

const id = z.string().min(1);

export const queueRouter = router({
  list: procedure("queue.read").query(({ ctx }) => listQueue(ctx.pool, ctx.teamId)),

  move: procedure("queue.change")
    .input(z.object({ id, before: id.nullable() }))
    .mutation(async ({ ctx, input }) => ({
      moved: await moveRun(ctx.pool, ctx.teamId, input.id, input.before),
    })),

  setPriority: procedure("queue.change")
    .input(z.object({ id, priority: z.enum(RunPriority) }))
    .mutation(async ({ ctx, input }) => ({
      set: await setPriority(ctx.pool, ctx.teamId, input.id, input.priority),
    })),

  pause: procedure("queue.change")
    .input(z.object({ paused: z.boolean() }))
    .mutation(({ ctx, input }) => pauseQueue(ctx.pool, ctx.teamId, input.paused)),
});
