import { Refusal } from "../errors";
import type { Prisma } from "../prisma";

/** An artifact that this team may see. Equal digests of other teams do not count. */
export async function findArtifact(prisma: Prisma, teamId: string, digest: string) {
  const artifact = await prisma.artifact.findUnique({
    where: { teamId_digest: { teamId, digest } },
    select: { id: true, type: true, sizeBytes: true, createdAt: true, state: true },
  });
  if (!artifact) throw new Refusal("NOT_FOUND", "artifact-not-found");
  if (artifact.state === "COLLECTED") throw new Refusal("NOT_FOUND", "artifact-collected");
  return artifact;
}
