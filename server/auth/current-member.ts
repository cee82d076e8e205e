import type { TeamRole } from "@/generated/prisma/enums";
import type { Prisma } from "../prisma";
import type { Auth } from "./auth";

export type Member = {
  userId: string;
  userName: string;
  teamId: string;
  teamName: string;
  role: TeamRole;
};

/** Who asks, from the session cookie. A person of several teams works in the one joined first. */
export async function currentMember(
  auth: Auth,
  prisma: Prisma,
  headers: Headers,
): Promise<Member | undefined> {
  const session = await auth.api.getSession({ headers });
  if (!session) return undefined;
  const membership = await prisma.membership.findFirst({
    where: { userId: session.user.id },
    orderBy: { createdAt: "asc" },
    include: { team: true },
  });
  if (!membership) return undefined;
  return {
    userId: session.user.id,
    userName: session.user.name,
    teamId: membership.teamId,
    teamName: membership.team.name,
    role: membership.role,
  };
}
