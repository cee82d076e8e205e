import type { Pool } from "../db";
import type { Prisma } from "../prisma";

const OWNER = { email: "owner@localhost", name: "Owner" };
const TEAM = { slug: "my-team", name: "My team" };

/** The person and the team that a fresh installation begins with. Any process may ask first, several at once. */
export async function ensureOwner(prisma: Prisma): Promise<{ userId: string; teamId: string }> {
  // `skipDuplicates` is ON CONFLICT DO NOTHING: no race, and nothing changes when they are there.
  await prisma.user.createMany({ data: [OWNER], skipDuplicates: true });
  await prisma.team.createMany({ data: [TEAM], skipDuplicates: true });
  const user = await prisma.user.findUniqueOrThrow({ where: { email: OWNER.email } });
  const team = await prisma.team.findUniqueOrThrow({ where: { slug: TEAM.slug } });
  await prisma.membership.createMany({
    data: [{ userId: user.id, teamId: team.id, role: "OWNER" }],
    skipDuplicates: true,
  });
  return { userId: user.id, teamId: team.id };
}

/** The team of the owner, made when it is not there yet. */
export async function ownersTeam(pool: Pool): Promise<string> {
  const { rows } = await pool.query<{ id: string }>('SELECT id FROM "Team" WHERE slug = $1', [TEAM.slug]);
  if (rows[0]) return rows[0].id;
  const { createPrisma } = await import("../prisma");
  return (await ensureOwner(createPrisma(pool))).teamId;
}
