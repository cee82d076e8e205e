import type { Prisma } from "../prisma";
import { findGraph } from "./find-graph";

/** Hides it. Its versions, runs and artifacts stay, since runs lean on them. */
export async function removeGraph(prisma: Prisma, teamId: string, graphId: string): Promise<void> {
  await findGraph(prisma, teamId, graphId);
  await prisma.graph.update({ where: { id: graphId }, data: { deletedAt: new Date() } });
}
