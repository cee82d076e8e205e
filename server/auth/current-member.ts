import type { TeamRole } from "@/generated/prisma/enums";
import type { Env } from "../env";
import { Refusal } from "../errors";
import type { Prisma } from "../prisma";
import type { Auth } from "./auth";
import { askedTeam, chosenTeam } from "./team-of-request";

export type Member = {
  userId: string;
  userName: string;
  teamId: string;
  teamName: string;
  role: TeamRole;
};

/** How a request says who asks and for which team. `team` comes before what the headers say. */
export type Asking = { headers: Headers; team?: string | undefined };

type Parts = { auth: Auth; prisma: Prisma };

/** The signed-in person with their teams, by name. */
export async function currentPerson({ auth, prisma }: Parts, headers: Headers) {
  const session = await auth.api.getSession({ headers });
  if (!session) return undefined;
  const memberships = await prisma.membership.findMany({
    where: { userId: session.user.id },
    select: { role: true, team: { select: { id: true, name: true } } },
    orderBy: { team: { name: "asc" } },
  });
  return {
    id: session.user.id,
    name: session.user.name,
    teams: memberships.map(({ role, team }) => ({ ...team, role })),
  };
}

/**
 * Who asks, from the session cookie, in the team that the request names, else the one chosen in this browser, else the only one.
 * Refusals: `not-signed-in`, `in-no-team`, `not-in-team`, `team-not-chosen`.
 */
export async function currentMember(
  { env, ...parts }: Parts & { env: Pick<Env, "port"> },
  { headers, team = askedTeam(headers) }: Asking,
): Promise<Member | Refusal> {
  const person = await currentPerson(parts, headers);
  if (!person) return new Refusal("UNAUTHORIZED", "not-signed-in");
  const { teams } = person;
  if (teams.length === 0) return new Refusal("FORBIDDEN", "in-no-team");
  const inTeam = (id: string | undefined) => teams.find((one) => one.id === id);
  const only = teams.length === 1 ? teams[0] : undefined;
  const found = team === undefined ? (inTeam(chosenTeam(headers, env)) ?? only) : inTeam(team);
  if (found)
    return {
      userId: person.id,
      userName: person.name,
      teamId: found.id,
      teamName: found.name,
      role: found.role,
    };
  return team === undefined
    ? new Refusal("BAD_REQUEST", "team-not-chosen")
    : new Refusal("FORBIDDEN", "not-in-team");
}
