import { Refusal } from "../../errors";
import type { Prisma } from "../../prisma";

/** A run of this team. */
export async function findRun(prisma: Prisma, teamId: string, id: string) {
  const run = await prisma.run.findFirst({
    where: { id, teamId },
    select: { id: true, graphId: true, number: true },
  });
  if (!run) throw new Refusal("NOT_FOUND", "run-not-found");
  return run;
}
