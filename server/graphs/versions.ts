import type { GraphFile } from "@/graph/document";
import { Refusal } from "../errors";
import type { Prisma } from "../prisma";

export type VersionListed = {
  number: number;
  name: string | null;
  createdAt: Date;
  by: string | null;
  runs: number;
};

/** Newest first. */
export async function listVersions(prisma: Prisma, graphId: string): Promise<VersionListed[]> {
  const versions = await prisma.graphVersion.findMany({
    where: { graphId },
    orderBy: { number: "desc" },
    take: 200,
    select: {
      number: true,
      name: true,
      createdAt: true,
      createdBy: { select: { name: true } },
      _count: { select: { runs: true } },
    },
  });
  return versions.map(({ createdBy, _count, ...version }) => ({
    ...version,
    by: createdBy?.name ?? null,
    runs: _count.runs,
  }));
}

export async function getVersion(prisma: Prisma, graphId: string, number: number): Promise<GraphFile> {
  const version = await prisma.graphVersion.findUnique({
    where: { graphId_number: { graphId, number } },
    select: { document: true },
  });
  if (!version) throw new Refusal("NOT_FOUND", "graph-version-not-found", { number });
  return version.document as unknown as GraphFile;
}
