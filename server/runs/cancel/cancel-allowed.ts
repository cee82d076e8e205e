/** Who may stop a run: editors any, a viewer what they started themselves. */
import type { TeamRole } from "@/generated/prisma/enums";
import type { Prisma } from "../../prisma";

export async function cancelAllowed(
  prisma: Prisma,
  member: { role: TeamRole; userId: string; teamId: string },
  runId: string,
): Promise<boolean> {
  if (member.role !== "VIEWER") return true;
  const { teamId, userId } = member;
  return (await prisma.run.count({ where: { id: runId, teamId, createdById: userId } })) > 0;
}
