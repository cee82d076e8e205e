import { type ReadDraft, readDraft } from "@/graph/draft";
import { storableText } from "@/graph/storable";
import { Refusal } from "../errors";
import { GRAPHS } from "../limits";
import type { Prisma } from "../prisma";
import { applyEdit } from "./apply-edit";
import { findGraph } from "./find-graph";
import { loadDraft } from "./load-draft";
import { stateOf } from "./update-text";
import { GRAPH_CHANNEL } from "./watch-updates";

export type Push = {
  teamId: string;
  graphId: string;
  update: Uint8Array;
  clientId?: string | undefined;
  userId?: string | undefined;
};

/**
 * Adds an edit to the draft and wakes those who watch. Updates commute, so no order is asked of the clients. What is stored
 * reaches every open editor: an edit that is not one of a graph is refused, and nothing of it is kept.
 */
export async function pushUpdate(prisma: Prisma, push: Push): Promise<{ seq: number }> {
  if (push.update.byteLength > GRAPHS.maxUpdateBytes)
    throw new Refusal(
      "PAYLOAD_TOO_LARGE",
      "graph-update-too-large",
      sizes(push.update.byteLength, GRAPHS.maxUpdateBytes),
    );
  return prisma.$transaction(async (tx) => {
    // The row lock keeps `seq` dense.
    await tx.$queryRaw`SELECT 1 FROM "Graph" WHERE "id" = ${push.graphId} FOR UPDATE`;
    const graph = await findGraph(tx, push.teamId, push.graphId);
    const draft = await loadDraft(tx, graph.id);
    const before = readDraft(draft.doc);
    applyEdit(draft.doc, push.update);
    const after = readDraft(draft.doc);
    refuseFlaws(before, after);
    const seq = graph.updateSeq + 1;
    const bytes = draft.bytes + push.update.byteLength;
    const compacts = seq - graph.stateSeq >= GRAPHS.compactAfter || bytes > GRAPHS.maxDraftBytes;
    const state = compacts ? stateOf(draft.doc) : undefined;
    if (state && state.byteLength > GRAPHS.maxDraftBytes)
      throw new Refusal(
        "PAYLOAD_TOO_LARGE",
        "graph-draft-too-large",
        sizes(state.byteLength, GRAPHS.maxDraftBytes),
      );
    await tx.graphUpdate.create({
      data: {
        graphId: graph.id,
        seq,
        update: Buffer.from(push.update),
        clientId: push.clientId === undefined ? null : storableText(push.clientId),
        userId: push.userId ?? null,
      },
    });
    const compacted = state ? { state: Buffer.from(state), stateSeq: seq } : {};
    const name = after.file.name || graph.name;
    await tx.graph.update({ where: { id: graph.id }, data: { updateSeq: seq, name, ...compacted } });
    if (state) await tx.graphUpdate.deleteMany({ where: { graphId: graph.id, seq: { lte: seq } } });
    await tx.$executeRaw`SELECT pg_notify(${GRAPH_CHANNEL}, ${graph.id})`;
    return { seq };
  });
}

const megabytes = (bytes: number) => Math.ceil(bytes / 1e6);
const sizes = (bytes: number, limit: number) => ({ megabytes: megabytes(bytes), limit: megabytes(limit) });

/** What was wrong already is not this edit's doing. */
function refuseFlaws(before: ReadDraft, after: ReadDraft): void {
  const known = new Set(before.flaws.map(({ part, id }) => `${part} ${id}`));
  const fresh = after.flaws.find(({ part, id }) => !known.has(`${part} ${id}`));
  if (fresh) throw new Refusal("BAD_REQUEST", "graph-update-misshapen", { part: fresh.part, id: fresh.id });
}
