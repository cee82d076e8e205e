import { tracked } from "@trpc/server";
import { z } from "zod";
import { nodeHistory } from "@/server/overview/node-history";
import { admit } from "../auth/admit";
import { GraphProblems, Refusal } from "../errors";
import { findGraph } from "../graphs/find-graph";
import { loadDraftFile } from "../graphs/load-draft";
import { PAGES, SSE } from "../limits";
import { graphResults } from "../overview/graph-results";
import { lineage } from "../overview/lineage";
import { listRuns, RUN_FILTERS } from "../overview/list-runs";
import { nodeRuns } from "../overview/node-runs";
import { runAbout } from "../overview/run-about";
import { runFacts } from "../overview/run-facts";
import { procedure, router } from "../trpc";
import { cancelRun } from "./cancel/cancel-run";
import { EVENTS_CHANNEL } from "./commit/write-decision";
import { findOwnRun, findRun } from "./show/find-run";
import { readLogs } from "./show/read-logs";
import { readMetrics, readSamples } from "./show/read-metrics";
import { showRun } from "./show/show-run";
import { launchRun } from "./start/launch-run";
import { onLastResults } from "./start/on-last-results";
import type { StartOutcome } from "./start/record-run";
import { retryRun } from "./start/retry-run";
import { startApp } from "./start/start-app";
import { followRun, readPlace, writePlace } from "./watch/follow-run";
import { notificationsOf, pause } from "./watch/notifications";

const TRIGGERS = ["manual", "cli", "api", "retry"] as const;
const run = z.object({ id: z.string().min(1) });
const node = run.extend({ node: z.string().min(1) });
const resumable = { lastEventId: z.string().nullish() };

/** A graph with errors starts nothing: its problems are the answer. */
function started(outcome: StartOutcome) {
  if (!outcome.ok) throw new GraphProblems(outcome.problems);
  return outcome;
}

export const runsRouter = router({
  list: procedure("run.read")
    .input(
      z.object({
        filter: z.enum(RUN_FILTERS).default("all"),
        trigger: z.enum(TRIGGERS).optional(),
        search: z.string().max(200).optional(),
        graphId: z.string().optional(),
        offset: z.int32().min(0).default(0),
        limit: z.int32().min(1).max(PAGES.maxRuns).default(PAGES.runs),
      }),
    )
    .query(({ ctx, input }) => listRuns(ctx.pool, { teamId: ctx.teamId, ...input })),

  /** How many run or wait now. */
  active: procedure("run.read").query(async ({ ctx }) => ({
    count: await ctx.prisma.run.count({
      where: { teamId: ctx.teamId, status: { in: ["QUEUED", "RUNNING", "WAITING"] } },
    }),
  })),

  /** Rings when any run changed: lists are then read again. */
  changes: procedure("run.read")
    .input(z.object(resumable))
    .subscription(async function* ({ ctx, signal }) {
      const notifications = notificationsOf(ctx.listener, EVENTS_CHANNEL, undefined, signal!);
      while (!signal!.aborted) {
        yield tracked(String(Date.now()), null);
        await pause(SSE.coalesceMs, signal!);
        await notifications.next();
      }
    }),

  get: procedure("run.read")
    .input(run)
    .query(async ({ ctx, input }) => {
      const [view, about] = await Promise.all([
        showRun(ctx.pool, ctx.teamId, input.id),
        runAbout(ctx.pool, ctx, input.id),
      ]);
      if (!view || !about) throw new Refusal("NOT_FOUND", "run-not-found");
      return { ...view, about };
    }),

  /** Runs the draft as it stands; its version is saved on the way. */
  start: procedure("run.start")
    .input(
      z.object({
        graphId: z.string().min(1),
        targets: z.array(z.string()).optional(),
        overrides: z.record(z.string(), z.json()).optional(),
        smoke: z.boolean().optional(),
        /** The targets alone, on the last results of what comes before them. */
        only: z.boolean().optional(),
      }),
    )
    .mutation(async ({ ctx, input: { graphId, targets, overrides, smoke, only } }) => {
      if (overrides && Object.keys(overrides).length > 0) admit(ctx.member, "run.override");
      const graph = await findGraph(ctx.prisma, ctx.teamId, graphId);
      const draft = (await loadDraftFile(ctx.prisma, graph.id)).file;
      const file =
        only && targets?.length
          ? onLastResults(draft, targets, await graphResults(ctx.pool, graph.id))
          : draft;
      return started(
        await launchRun(ctx.engine, ctx.env, {
          teamId: ctx.teamId,
          graph: { id: graph.id },
          file,
          trigger: "manual",
          userId: ctx.userId,
          ...(targets ? { targets } : {}),
          ...(overrides ? { overrides } : {}),
          ...(smoke ? { smoke } : {}),
        }),
      );
    }),

  /** Runs what leads to the App view's outputs, with the parameters it offers set for this run alone. */
  startApp: procedure("run.start-app")
    .input(z.object({ graphId: z.string().min(1), overrides: z.record(z.string(), z.json()).default({}) }))
    .mutation(async ({ ctx, input }) =>
      started(await startApp(ctx, { teamId: ctx.teamId, userId: ctx.userId, ...input })),
    ),

  cancel: procedure("run.cancel")
    .input(run)
    .mutation(async ({ ctx, input }) => {
      const { id } = await findOwnRun(ctx.prisma, ctx, input.id);
      return { accepted: await cancelRun(ctx.engine, ctx.teamId, id) };
    }),

  retry: procedure("run.retry")
    .input(run)
    .mutation(async ({ ctx, input }) => {
      const { id } = await findOwnRun(ctx.prisma, ctx, input.id);
      return started(
        await retryRun(ctx.engine, ctx.env, { teamId: ctx.teamId, runId: id, userId: ctx.userId }),
      );
    }),

  /** State changes after `lastEventId`, progress and points beside them, until the run is over. */
  follow: procedure("run.read")
    .input(run.extend(resumable))
    .subscription(async function* ({ ctx, input, signal }) {
      const { id } = await findRun(ctx.prisma, ctx.teamId, input.id);
      for await (const { place, ...news } of followRun(ctx, id, readPlace(input.lastEventId), signal!))
        yield tracked(writePlace(place), news);
    }),

  logs: procedure("run.read")
    .input(node.extend({ after: z.object({ attempt: z.int32(), seq: z.int32() }).optional() }))
    .query(({ ctx, input }) => readLogs(ctx.pool, ctx.teamId, input.id, input.node, input.after)),

  metrics: procedure("run.read")
    .input(node)
    .query(({ ctx, input }) => readMetrics(ctx.pool, ctx.teamId, input.id, input.node)),

  /** Runs of a graph that made this node's result anew, for laying their curves over each other. */
  ofNode: procedure("run.read")
    .input(z.object({ graphId: z.string().min(1), node: z.string().min(1), not: z.string().optional() }))
    .query(({ ctx, input }) =>
      nodeRuns(ctx.pool, {
        teamId: ctx.teamId,
        graphId: input.graphId,
        nodeId: input.node,
        not: input.not,
        limit: PAGES.nodeRuns,
      }),
    ),

  /** How a node went in each run of its graph. */
  nodeHistory: procedure("run.read")
    .input(z.object({ graphId: z.string().min(1), node: z.string().min(1) }))
    .query(({ ctx, input }) =>
      nodeHistory(ctx.pool, {
        teamId: ctx.teamId,
        graphId: input.graphId,
        nodeId: input.node,
        limit: PAGES.nodeRuns,
      }),
    ),

  /** What led to a node's result: every ancestor with parameters, code version and artifacts. */
  lineage: procedure("run.read")
    .input(node)
    .query(({ ctx, input }) =>
      lineage(ctx.pool, { teamId: ctx.teamId, runId: input.id, nodeId: input.node }),
    ),

  /** Parameters and last metrics of every node, for comparing runs. */
  facts: procedure("run.read")
    .input(run)
    .query(({ ctx, input }) => runFacts(ctx.pool, ctx.teamId, input.id)),

  samples: procedure("run.read")
    .input(node)
    .query(({ ctx, input }) => readSamples(ctx.pool, ctx.teamId, input.id, input.node)),
});
