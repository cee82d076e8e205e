import { tracked } from "@trpc/server";
import { z } from "zod";
import { formatGraph } from "@/graph/document";
import { getExample } from "../examples/list-examples";
import { editor, router, viewer } from "../trpc";
import { createGraph } from "./create-graph";
import { findGraph } from "./find-graph";
import { listGraphs } from "./list-graphs";
import { loadDraft, loadDraftFile } from "./load-draft";
import { pushUpdate } from "./push-update";
import { readGraphFile } from "./read-graph-file";
import { removeGraph } from "./remove-graph";
import { renameGraph } from "./rename-graph";
import { saveVersion } from "./save-version";
import { encodeState, fromBase64, toBase64 } from "./update-text";
import { getVersion, listVersions } from "./versions";
import { watchUpdates } from "./watch-updates";

const id = z.object({ id: z.string().min(1) });
const name = z.string().trim().min(1).max(200);

export const graphsRouter = router({
  list: viewer.query(({ ctx }) => listGraphs(ctx.prisma, ctx.teamId)),

  /** The draft as one Yjs update in base64, and the `seq` to watch from. */
  get: viewer.input(id).query(async ({ ctx, input }) => {
    const graph = await findGraph(ctx.prisma, ctx.teamId, input.id);
    const { doc, seq } = await loadDraft(ctx.prisma, graph.id);
    return { id: graph.id, name: graph.name, path: graph.path, state: encodeState(doc), seq, role: ctx.role };
  }),

  create: editor
    .input(z.object({ name: name.optional(), example: z.string().optional(), file: z.string().optional() }))
    .mutation(async ({ ctx, input }) => {
      const given = input.example ? await getExample(input.example) : input.file ? readGraphFile(input.file) : undefined;
      return createGraph(ctx.prisma, { teamId: ctx.teamId, name: input.name ?? given?.name ?? "", file: given });
    }),

  rename: editor
    .input(id.extend({ name }))
    .mutation(({ ctx, input }) =>
      renameGraph(ctx.prisma, { teamId: ctx.teamId, graphId: input.id, name: input.name, userId: ctx.userId }),
    ),

  remove: editor.input(id).mutation(({ ctx, input }) => removeGraph(ctx.prisma, ctx.teamId, input.id)),

  push: editor
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
  updates: viewer
    .input(id.extend({ since: z.int().min(0), lastEventId: z.string().nullish() }))
    .subscription(async function* ({ ctx, input, signal }) {
      const graph = await findGraph(ctx.prisma, ctx.teamId, input.id);
      const since = Number(input.lastEventId ?? input.since);
      for await (const { seq, update } of watchUpdates(ctx, { graphId: graph.id, since, signal: signal! })) {
        yield tracked(String(seq), { seq, update: toBase64(update) });
      }
    }),

  versions: viewer.input(id).query(async ({ ctx, input }) => {
    const graph = await findGraph(ctx.prisma, ctx.teamId, input.id);
    return listVersions(ctx.prisma, graph.id);
  }),

  version: viewer.input(id.extend({ number: z.int().min(1) })).query(async ({ ctx, input }) => {
    const graph = await findGraph(ctx.prisma, ctx.teamId, input.id);
    return getVersion(ctx.prisma, graph.id, input.number);
  }),

  /** A snapshot of the draft. Unchanged since the last one, it is that one. */
  saveVersion: editor.input(id.extend({ name: name.optional() })).mutation(async ({ ctx, input }) => {
    const graph = await findGraph(ctx.prisma, ctx.teamId, input.id);
    const { file } = await loadDraftFile(ctx.prisma, graph.id);
    return saveVersion(ctx.prisma, { graphId: graph.id, file, name: input.name, userId: ctx.userId });
  }),

  /** The graph file's canonical text. */
  file: viewer.input(id).query(async ({ ctx, input }) => {
    const graph = await findGraph(ctx.prisma, ctx.teamId, input.id);
    const { file } = await loadDraftFile(ctx.prisma, graph.id);
    return { name: graph.name, text: formatGraph(file) };
  }),
});
