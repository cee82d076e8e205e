import * as Y from "yjs";
import type { Listener } from "@/server/runs/watch";
import { notificationsOf, pause } from "@/server/runs/watch";
import { SSE } from "../limits";
import type { Prisma } from "../prisma";
import { loadDraft } from "./load-draft";

export const GRAPH_CHANNEL = "telar_graph";

export type GraphUpdates = { seq: number; update: Uint8Array };

type Watch = { graphId: string; since: number; signal: AbortSignal };

/** Edits after `since`, merged into at most two messages a second. Nothing between the replay and the first wake is lost. */
export async function* watchUpdates(
  { prisma, listener }: { prisma: Prisma; listener: Listener },
  { graphId, since, signal }: Watch,
): AsyncGenerator<GraphUpdates> {
  const notifications = notificationsOf(listener, GRAPH_CHANNEL, graphId, signal);
  for (let at = since; !signal.aborted; ) {
    const news = await updatesAfter(prisma, graphId, at);
    if (news) {
      at = news.seq;
      yield news;
      await pause(SSE.coalesceMs / 2, signal);
    }
    await notifications.next();
  }
}

export async function updatesAfter(
  prisma: Prisma,
  graphId: string,
  since: number,
): Promise<GraphUpdates | undefined> {
  const graph = await prisma.graph.findUnique({
    where: { id: graphId },
    select: { updateSeq: true, stateSeq: true },
  });
  if (!graph || graph.updateSeq <= since) return undefined;
  if (since < graph.stateSeq) {
    const { doc, seq } = await loadDraft(prisma, graphId);
    return { seq, update: Y.encodeStateAsUpdate(doc) };
  }
  const rows = await prisma.graphUpdate.findMany({
    where: { graphId, seq: { gt: since } },
    orderBy: { seq: "asc" },
    select: { seq: true, update: true },
  });
  const last = rows.at(-1);
  // Compacted between the two reads: the next look takes the whole state.
  if (!last || rows[0]!.seq !== since + 1) return updatesAfter(prisma, graphId, since);
  return { seq: last.seq, update: Y.mergeUpdates(rows.map((row) => row.update)) };
}
