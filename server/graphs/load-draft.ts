import * as Y from "yjs";
import type { GraphFile } from "@/graph/document";
import { docToFile, fileToDoc } from "@/graph/draft";
import type { Prisma } from "../prisma";
import { stateOf } from "./update-text";

type Db = Pick<Prisma, "graph" | "graphUpdate" | "graphVersion">;

/** `bytes`: of what is stored. */
export type Draft = { doc: Y.Doc; seq: number; bytes: number };

/** The merged document: the stored state with the updates that came after it. */
export async function loadDraft(db: Db, graphId: string): Promise<Draft> {
  const graph = await db.graph.findUniqueOrThrow({
    where: { id: graphId },
    select: { state: true, stateSeq: true, path: true },
  });
  const { stateSeq } = graph;
  const state = graph.state ?? (graph.path ? await draftOfFile(db, graphId) : null);
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
  const stored = [...(state ? [state] : []), ...updates.map(({ update }) => update)];
  const bytes = stored.reduce((sum, { byteLength }) => sum + byteLength, 0);
  return { doc, seq: updates.at(-1)?.seq ?? stateSeq, bytes };
}

/**
 * A file that was run from the command line has versions and no draft: opened in the editor, it begins as the newest
 * version. Who asks first writes it; the others read what that one wrote.
 */
async function draftOfFile(db: Db, graphId: string): Promise<Uint8Array | null> {
  const newest = await db.graphVersion.findFirst({
    where: { graphId },
    orderBy: { number: "desc" },
    select: { document: true },
  });
  if (!newest) return null;
  const state = Buffer.from(stateOf(fileToDoc(newest.document as GraphFile)));
  await db.graph.updateMany({ where: { id: graphId, state: null }, data: { state } });
  return (await db.graph.findUniqueOrThrow({ where: { id: graphId }, select: { state: true } })).state;
}

export async function loadDraftFile(db: Db, graphId: string): Promise<{ file: GraphFile; seq: number }> {
  const { doc, seq } = await loadDraft(db, graphId);
  return { file: docToFile(doc), seq };
}
