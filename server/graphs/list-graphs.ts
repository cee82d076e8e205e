import type { RunStatus } from "@/graph/run-view";
import type { Prisma } from "../prisma";

export type GraphListed = {
  id: string;
  name: string;
  /** Set for graphs known from the command line: the file's path. */
  path: string | null;
  updatedAt: Date;
  runs: number;
  lastRun: { id: string; number: number; status: RunStatus; createdAt: Date } | null;
};

/** The one edited last first. */
export async function listGraphs(prisma: Prisma, teamId: string): Promise<GraphListed[]> {
  const graphs = await prisma.graph.findMany({
    where: { teamId, deletedAt: null },
    orderBy: { updatedAt: "desc" },
    select: {
      id: true,
      name: true,
      path: true,
      updatedAt: true,
      _count: { select: { runs: true } },
      runs: {
        orderBy: { number: "desc" },
        take: 1,
        select: { id: true, number: true, status: true, createdAt: true },
      },
    },
  });
  return graphs.map(({ _count, runs, ...graph }) => ({
    ...graph,
    runs: _count.runs,
    lastRun: runs[0] ?? null,
  }));
}
