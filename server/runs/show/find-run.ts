import type { Admitted } from "../../auth/admit";
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

/** One that the person may act upon. @throws Refusal `run-not-found`, `run-of-another` */
export async function findOwnRun(
  prisma: Prisma,
  { teamId, userId, ownOnly }: Pick<Admitted, "teamId" | "userId" | "ownOnly">,
  id: string,
) {
  const run = await prisma.run.findFirst({ where: { id, teamId }, select: { id: true, createdById: true } });
  if (!run) throw new Refusal("NOT_FOUND", "run-not-found");
  if (ownOnly && run.createdById !== userId) throw new Refusal("FORBIDDEN", "run-of-another");
  return run;
}
