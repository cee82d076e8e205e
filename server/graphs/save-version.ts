import { createHash } from "node:crypto";
import { canonicalGraph, formatGraph, type GraphFile } from "@/graph/document";
import type { Prisma } from "../prisma";

export type SaveVersion = {
  graphId: string;
  file: GraphFile;
  name?: string | undefined;
  userId?: string | undefined;
};

/** An immutable snapshot. The same graph saved again is the version it already has; a name given then is put on it. */
export async function saveVersion(
  prisma: Prisma,
  { graphId, file, name, userId }: SaveVersion,
): Promise<{ id: string; number: number }> {
  const digest = `sha256:${createHash("sha256").update(formatGraph(file)).digest("hex")}`;
  return prisma.$transaction(async (tx) => {
    // Numbers count up per graph: one writer at a time.
    await tx.$queryRaw`SELECT 1 FROM "Graph" WHERE "id" = ${graphId} FOR UPDATE`;
    const known = await tx.graphVersion.findUnique({ where: { graphId_digest: { graphId, digest } } });
    if (known) {
      if (name) await tx.graphVersion.update({ where: { id: known.id }, data: { name } });
      return { id: known.id, number: known.number };
    }
    const { _max } = await tx.graphVersion.aggregate({ where: { graphId }, _max: { number: true } });
    return tx.graphVersion.create({
      data: {
        graphId,
        number: (_max.number ?? 0) + 1,
        name: name ?? null,
        document: canonicalGraph(file) as object,
        digest,
        createdById: userId ?? null,
      },
      select: { id: true, number: true },
    });
  });
}
