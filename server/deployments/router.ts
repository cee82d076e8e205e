import { tracked } from "@trpc/server";
import { z } from "zod";
import { notificationsOf, pause } from "@/server/runs/watch";
import { Refusal } from "../errors";
import { SSE } from "../limits";
import { listDeployments } from "../overview/list-deployments";
import { procedure, router } from "../trpc";
import { DEPLOYMENT_CHANNEL } from "./channel";
import { listVersions } from "./list-versions";
import { serveVersion } from "./serve-version";
import { startDeployment, stopDeployment } from "./set-desired";
import { keepWrongAnswer, listWrongAnswers, MAX_VERSION, wrongAnswerSchema } from "./wrong-answers";

const slug = z.object({ slug: z.string().min(1) });
const found = (ok: boolean, slug: string) => {
  if (!ok) throw new Refusal("NOT_FOUND", "deployment-not-found", { slug });
};

export const deploymentsRouter = router({
  list: procedure("deployment.read").query(({ ctx }) => listDeployments(ctx.prisma, ctx.teamId)),

  /** The list whenever it changed. What the gateway observes comes without a notification, so the rows are read while someone looks. */
  watch: procedure("deployment.read")
    .input(z.object({ lastEventId: z.string().nullish() }))
    .subscription(async function* ({ ctx, signal }) {
      const notifications = notificationsOf(ctx.listener, DEPLOYMENT_CHANNEL, undefined, signal!);
      for (let sent = ""; !signal!.aborted; ) {
        const list = await listDeployments(ctx.prisma, ctx.teamId);
        const now = JSON.stringify(list);
        if (now !== sent) yield tracked(String(Date.now()), list);
        sent = now;
        await Promise.race([notifications.next(), pause(SSE.liveMs, signal!)]);
      }
    }),

  /** Newest first. */
  versions: procedure("deployment.read")
    .input(slug)
    .query(({ ctx, input }) => listVersions(ctx.pool, ctx.teamId, input.slug)),

  /** Serves another of its versions: an earlier one, or one that was held back. */
  serve: procedure("deployment.change")
    .input(slug.extend({ version: z.int().min(1).max(MAX_VERSION) }))
    .mutation(({ ctx, input }) => serveVersion(ctx.pool, { teamId: ctx.teamId, ...input })),

  /** An answer that a person calls wrong. */
  markWrong: procedure("model.use")
    .input(wrongAnswerSchema)
    .mutation(({ ctx, input }) => keepWrongAnswer(ctx.pool, ctx, input)),

  wrongAnswers: procedure("deployment.read")
    .input(slug)
    .query(({ ctx, input }) => listWrongAnswers(ctx.pool, ctx.teamId, input.slug)),

  start: procedure("deployment.change")
    .input(slug)
    .mutation(async ({ ctx, input }) =>
      found(await startDeployment(ctx.pool, ctx.teamId, input.slug), input.slug),
    ),

  stop: procedure("deployment.change")
    .input(slug)
    .mutation(async ({ ctx, input }) =>
      found(await stopDeployment(ctx.pool, ctx.teamId, input.slug), input.slug),
    ),
});
