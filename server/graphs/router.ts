import { tracked } from "@trpc/server";
import { z } from "zod";
import { formatGraph } from "@/graph/document";
import { graphResults } from "../overview/graph-results";
import { procedure, router } from "../trpc";
import { createGraph } from "./create-graph";
import { findGraph } from "./find-graph";
import { listGraphs } from "./list-graphs";
import { loadDraftFile } from "./load-draft";
import { newGraphFile } from "./new-graph-file";
import { openDraft } from "./open-draft";
import { planDraft } from "./plan-draft";
import { probeParams } from "./probe-params";
import { pushUpdate } from "./push-update";
import { removeGraph } from "./remove-graph";
import { renameGraph } from "./rename-graph";
import { saveVersion } from "./save-version";
import { fromBase64, toBase64 } from "./update-text";
import { getVersion, listVersions } from "./versions";
import { watchUpdates } from "./watch-updates";

const id = z.object({ id: z.string().min(1) });
const name = z.string().trim().min(1).max(200);

export const graphsRouter = router({
  list: procedure("graph.read").query(({ ctx }) => listGraphs(ctx.prisma, ctx.teamId)),

  get: procedure("graph.read")
    .input(id)
    .query(({ ctx, input }) => openDraft(ctx.prisma, ctx.teamId, input.id)),

  create: procedure("graph.create")
    .input(
      z.discriminatedUnion("from", [
        z.object({ from: z.literal("nothing"), name }),
        z.object({ from: z.literal("example"), example: z.string() }),
        z.object({ from: z.literal("file"), text: z.string() }),
        z.object({ from: z.literal("data"), path: z.string() }),
      ]),
    )
    .mutation(async ({ ctx, input }) => {
      const file = await newGraphFile(input);
      return createGraph(ctx.prisma, { teamId: ctx.teamId, name: file.name, file });
    }),

  rename: procedure("graph.edit")
    .input(id.extend({ name }))
    .mutation(({ ctx, input }) =>
      renameGraph(ctx.prisma, {
        teamId: ctx.teamId,
        graphId: input.id,
        name: input.name,
        userId: ctx.userId,
      }),
    ),

  remove: procedure("graph.remove")
    .input(id)
    .mutation(({ ctx, input }) => removeGraph(ctx.prisma, ctx.teamId, input.id)),

  push: procedure("graph.edit")
    .input(id.extend({ update: z.base64(), clientId: z.string().max(64).optional() }))
    .mutation(({ ctx, input }) =>
      pushUpdate(ctx.prisma, {
        teamId: ctx.teamId,
        graphId: input.id,
        update: fromBase64(input.update),
        clientId: input.clientId,
        userId: ctx.userId,
      }),
    ),

  /** Edits of everyone after `since`, merged, each message with its `seq` as the id to resume from. */
  updates: procedure("graph.read")
    .input(
      id.extend({
        since: z.int32().min(0),
        lastEventId: z
          .string()
          .regex(/^\d{1,9}$/)
          .nullish(),
      }),
    )
    .subscription(async function* ({ ctx, input, signal }) {
      const graph = await findGraph(ctx.prisma, ctx.teamId, input.id);
      const since = Number(input.lastEventId ?? input.since);
      for await (const { seq, update } of watchUpdates(ctx, { graphId: graph.id, since, signal: signal! })) {
        yield tracked(String(seq), { seq, update: toBase64(update) });
      }
    }),

  /** What a run would do with each node and why; with the problems, and the facts read from files, by node. */
  plan: procedure("graph.read")
    .input(id.extend({ targets: z.array(z.string()).optional(), smoke: z.boolean().optional() }))
    .query(({ ctx, input: { id: graphId, ...wish } }) =>
      planDraft(ctx, { teamId: ctx.teamId, graphId, ...wish }),
    ),

  /** Facts of one node's file, for parameters not yet saved. */
  probe: procedure("data.probe")
    .input(z.object({ kind: z.string(), params: z.record(z.string(), z.json()) }))
    .query(({ ctx, input, signal }) => probeParams(ctx.env, input, signal)),

  /** How each node went last, and the newest outputs it has. */
  results: procedure("graph.read")
    .input(id)
    .query(async ({ ctx, input }) => {
      const graph = await findGraph(ctx.prisma, ctx.teamId, input.id);
      return graphResults(ctx.pool, graph.id);
    }),

  versions: procedure("graph.read")
    .input(id)
    .query(async ({ ctx, input }) => {
      const graph = await findGraph(ctx.prisma, ctx.teamId, input.id);
      return listVersions(ctx.prisma, graph.id);
    }),

  version: procedure("graph.read")
    .input(id.extend({ number: z.int32().min(1) }))
    .query(async ({ ctx, input }) => {
      const graph = await findGraph(ctx.prisma, ctx.teamId, input.id);
      return getVersion(ctx.prisma, graph.id, input.number);
    }),

  /** A snapshot of the draft. Unchanged since the last one, it is that one. */
  saveVersion: procedure("graph.edit")
    .input(id.extend({ name: name.optional() }))
    .mutation(async ({ ctx, input }) => {
      const graph = await findGraph(ctx.prisma, ctx.teamId, input.id);
      const { file } = await loadDraftFile(ctx.prisma, graph.id);
      return saveVersion(ctx.prisma, { graphId: graph.id, file, name: input.name, userId: ctx.userId });
    }),

  /** The graph file's canonical text. */
  file: procedure("graph.read")
    .input(id)
    .query(async ({ ctx, input }) => {
      const graph = await findGraph(ctx.prisma, ctx.teamId, input.id);
      const { file } = await loadDraftFile(ctx.prisma, graph.id);
      return { name: graph.name, text: formatGraph(file) };
    }),
});
