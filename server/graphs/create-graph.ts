import * as Y from "yjs";
import { emptyGraph, type GraphFile } from "@/graph/document";
import { fileToDoc } from "@/graph/draft";
import type { Prisma } from "../prisma";

export type NewGraph = { teamId: string; name: string; file?: GraphFile | undefined };

/** A graph whose draft projects exactly to `file`, under the given name. */
export async function createGraph(prisma: Prisma, { teamId, name, file }: NewGraph): Promise<{ id: string }> {
  const doc = fileToDoc({ ...(file ?? emptyGraph(name)), name });
  return prisma.graph.create({
    data: { teamId, name, state: Buffer.from(Y.encodeStateAsUpdate(doc)) },
    select: { id: true },
  });
}
