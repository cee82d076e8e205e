import * as Y from "yjs";
import { Refusal } from "../errors";
import { GRAPHS } from "../limits";
import type { Prisma } from "../prisma";
import { findGraph } from "./find-graph";
import { type Draft, loadDraft } from "./load-draft";
import { GRAPH_CHANNEL } from "./watch-updates";

export type Push = {
  teamId: string;
  graphId: string;
  update: Uint8Array;
  clientId?: string | undefined;
  userId?: string | undefined;
};

/** Adds an edit to the draft and wakes those who watch. Updates commute, so no order is asked of the clients. */
export async function pushUpdate(prisma: Prisma, push: Push): Promise<{ seq: number }> {
  if (push.update.byteLength > GRAPHS.maxUpdateBytes) {
    const megabytes = (bytes: number) => Math.ceil(bytes / 1e6);
    throw new Refusal("PAYLOAD_TOO_LARGE", "graph-update-too-large", {
      megabytes: megabytes(push.update.byteLength),
      limit: megabytes(GRAPHS.maxUpdateBytes),
    });
  }
  return prisma.$transaction(async (tx) => {
    // The row lock keeps `seq` dense.
    await tx.$queryRaw`SELECT 1 FROM "Graph" WHERE "id" = ${push.graphId} FOR UPDATE`;
    const graph = await findGraph(tx, push.teamId, push.graphId);
    const draft = await loadDraft(tx, graph.id);
    applyGiven(draft.doc, push.update);
    const seq = graph.updateSeq + 1;
    await tx.graphUpdate.create({
      data: {
        graphId: graph.id,
        seq,
        update: Buffer.from(push.update),
        clientId: push.clientId ?? null,
        userId: push.userId ?? null,
      },
    });
    const compacted = seq - graph.stateSeq >= GRAPHS.compactAfter ? stateOf(draft, seq) : {};
    const name = draft.doc.getMap<string>("meta").get("name") || graph.name;
    await tx.graph.update({ where: { id: graph.id }, data: { updateSeq: seq, name, ...compacted } });
    if ("stateSeq" in compacted)
      await tx.graphUpdate.deleteMany({ where: { graphId: graph.id, seq: { lte: seq } } });
    await tx.$executeRaw`SELECT pg_notify(${GRAPH_CHANNEL}, ${graph.id})`;
    return { seq };
  });
}

/** Yjs throws on bytes it cannot read, and keeps waiting for parts it was not given: both are refused. */
function applyGiven(doc: Y.Doc, update: Uint8Array): void {
  try {
    Y.applyUpdate(doc, update);
  } catch {
    throw new Refusal("BAD_REQUEST", "graph-update-unreadable");
  }
}

const stateOf = (draft: Draft, seq: number) => ({
  state: Buffer.from(Y.encodeStateAsUpdate(draft.doc)),
  stateSeq: seq,
});
