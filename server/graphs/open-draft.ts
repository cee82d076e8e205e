import type { Prisma } from "../prisma";
import { findGraph } from "./find-graph";
import { loadDraft } from "./load-draft";
import { encodeState } from "./update-text";

/** The draft as one Yjs update in base64, and the `seq` to watch from. @throws TRPCError NOT_FOUND */
export async function openDraft(prisma: Prisma, teamId: string, id: string) {
  const graph = await findGraph(prisma, teamId, id);
  const { doc, seq } = await loadDraft(prisma, graph.id);
  return { id: graph.id, name: graph.name, path: graph.path, state: encodeState(doc), seq };
}
