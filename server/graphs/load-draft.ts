import * as Y from "yjs";
import type { GraphFile } from "@/graph/document";
import { docToFile } from "@/graph/draft";
import type { Prisma } from "../db";

type Db = Pick<Prisma, "graph" | "graphUpdate">;

export type Draft = { doc: Y.Doc; seq: number };

/** The merged document: the stored state with the updates that came after it. */
export async function loadDraft(db: Db, graphId: string): Promise<Draft> {
  const { state, stateSeq } = await db.graph.findUniqueOrThrow({
    where: { id: graphId },
    select: { state: true, stateSeq: true },
  });
  const updates = await db.graphUpdate.findMany({
    where: { graphId, seq: { gt: stateSeq } },
    orderBy: { seq: "asc" },
    select: { seq: true, update: true },
  });
  const doc = new Y.Doc();
  doc.transact(() => {
    if (state) Y.applyUpdate(doc, state);
    for (const { update } of updates) Y.applyUpdate(doc, update);
  });
  return { doc, seq: updates.at(-1)?.seq ?? stateSeq };
}

export async function loadDraftFile(db: Db, graphId: string): Promise<{ file: GraphFile; seq: number }> {
  const { doc, seq } = await loadDraft(db, graphId);
  return { file: docToFile(doc), seq };
}
