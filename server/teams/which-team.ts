import { Failure } from "@/graph/problems";
import type { Pool } from "../db";
import { ensureOwner } from "./ensure-owner";

export type TeamNamed = { id: string; slug: string };

/**
 * The team that somebody at the machine means: the one they name, else the only one, which is made when there is none.
 * @throws Failure `team-unknown`, `team-not-named`
 */
export async function whichTeam(pool: Pool, slug: string | undefined): Promise<TeamNamed> {
  const read = async () => (await pool.query<TeamNamed>('SELECT id, slug FROM "Team" ORDER BY slug')).rows;
  let teams = await read();
  if (teams.length === 0) {
    // Prisma takes a fifth of a second to load.
    const { createPrisma } = await import("../prisma");
    await ensureOwner(createPrisma(pool));
    teams = await read();
  }
  const values = { teams: teams.map((team) => team.slug).join(", ") };
  if (slug !== undefined) {
    const named = teams.find((team) => team.slug === slug);
    if (!named) throw new Failure("INVALID_INPUT", "team-unknown", { team: slug, ...values });
    return named;
  }
  const [only, ...others] = teams;
  if (!only || others.length) throw new Failure("INVALID_INPUT", "team-not-named", values);
  return only;
}
