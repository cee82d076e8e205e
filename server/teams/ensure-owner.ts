import type { Prisma } from "../prisma";

const OWNER = { email: "owner@localhost", name: "Owner" };
const TEAM = { slug: "my-team", name: "My team" };
/** One at a time: several processes may ask for a fresh installation at once. */
const LOCK = 7_135_208;

/** `teamId` is the installation's only team; undefined where there are several. */
export type OwnerOfInstallation = { userId: string; teamId: string | undefined };

/** The person whose machine this is, made with a team when there is none yet. They own the team as long as it is the only one. */
export function ensureOwner(prisma: Prisma): Promise<OwnerOfInstallation> {
  return prisma.$transaction(async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(${LOCK}::bigint)`;
    const user = await tx.user.upsert({ where: { email: OWNER.email }, create: OWNER, update: {} });
    const [only, ...others] = await tx.team.findMany({ select: { id: true }, take: 2 });
    if (others.length) return { userId: user.id, teamId: undefined };
    const team = only ?? (await tx.team.create({ data: TEAM, select: { id: true } }));
    await tx.membership.createMany({
      data: [{ userId: user.id, teamId: team.id, role: "OWNER" }],
      skipDuplicates: true,
    });
    return { userId: user.id, teamId: team.id };
  });
}
