import { Refusal } from "../errors";
import type { Prisma } from "../prisma";

type Db = Pick<Prisma, "graph">;

/** A graph of this team that was not removed. */
export async function findGraph(db: Db, teamId: string, id: string) {
  const graph = await db.graph.findFirst({
    where: { id, teamId, deletedAt: null },
    select: { id: true, name: true, path: true, stateSeq: true, updateSeq: true, updatedAt: true },
  });
  if (!graph) throw new Refusal("NOT_FOUND", "graph-not-found");
  return graph;
}
