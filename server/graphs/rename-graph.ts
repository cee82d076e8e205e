import * as Y from "yjs";
import { setName } from "@/graph/draft";
import type { Prisma } from "../prisma";
import { findGraph } from "./find-graph";
import { loadDraft } from "./load-draft";
import { pushUpdate } from "./push-update";

/** An edit like any other: the name stands in the draft, and open editors see it change. */
export async function renameGraph(
  prisma: Prisma,
  { teamId, graphId, name, userId }: { teamId: string; graphId: string; name: string; userId: string },
): Promise<void> {
  await findGraph(prisma, teamId, graphId);
  const { doc } = await loadDraft(prisma, graphId);
  const before = Y.encodeStateVector(doc);
  setName(doc, name);
  await pushUpdate(prisma, { teamId, graphId, update: Y.encodeStateAsUpdate(doc, before), userId });
}
