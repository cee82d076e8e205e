/** How much a team's artifacts take, and may take. Equal bytes in two artifacts count twice: so a person can add up what they see. */
import { Failure } from "@/graph/problems";
import type { Queryable } from "../db";
import { bytes } from "./bytes";

export type Usage = { bytes: number; artifacts: number; quotaBytes: number | null };

export async function teamUsage(db: Queryable, teamId: string): Promise<Usage> {
  const { rows } = await db.query<Usage>(
    `SELECT coalesce(sum(a."sizeBytes"), 0)::int8 AS bytes, count(a.id) AS artifacts, t."quotaBytes"
     FROM "Team" t LEFT JOIN "Artifact" a ON a."teamId" = t.id AND a.state = 'KEPT'
     WHERE t.id = $1 GROUP BY t.id`,
    [teamId],
  );
  return rows[0]!;
}

/** All teams, by name. */
export async function listUsage(db: Queryable): Promise<(Usage & { slug: string; team: string })[]> {
  const { rows } = await db.query<Usage & { slug: string; team: string }>(
    `SELECT t.slug, t.name AS team, coalesce(sum(a."sizeBytes"), 0)::int8 AS bytes, count(a.id) AS artifacts, t."quotaBytes"
     FROM "Team" t LEFT JOIN "Artifact" a ON a."teamId" = t.id AND a.state = 'KEPT'
     GROUP BY t.id ORDER BY t.name`,
  );
  return rows;
}

/** Null takes the limit away. False when there is no such team. */
export async function setQuota(db: Queryable, slug: string, quotaBytes: number | null): Promise<boolean> {
  const { rowCount } = await db.query('UPDATE "Team" SET "quotaBytes" = $2 WHERE slug = $1', [
    slug,
    quotaBytes,
  ]);
  return Boolean(rowCount);
}

type Addition = { digest: string; sizeBytes: number };

/** Which groups of new artifacts fit, in order; a group is what one node made, and is taken whole or not at all. Pure. */
export function chooseFitting<G extends { artifacts: readonly Addition[] }>(
  groups: readonly G[],
  { bytes: used, quotaBytes }: Pick<Usage, "bytes" | "quotaBytes">,
  /** Digests that the team keeps already: they cost nothing. */
  kept: ReadonlySet<string>,
): { fits: G[]; refused: { group: G; failure: Failure }[] } {
  const counted = new Set(kept);
  const fits: G[] = [];
  const refused: { group: G; failure: Failure }[] = [];
  let total = used;
  for (const group of groups) {
    const added = new Map(
      group.artifacts.filter(({ digest }) => !counted.has(digest)).map((a) => [a.digest, a.sizeBytes]),
    );
    const needed = [...added.values()].reduce((sum, size) => sum + size, 0);
    if (quotaBytes !== null && needed > 0 && total + needed > quotaBytes) {
      const values = { used: bytes(total), limit: bytes(quotaBytes), needed: bytes(needed) };
      refused.push({ group, failure: new Failure("INVALID_INPUT", "quota-exceeded", values) });
      continue;
    }
    total += needed;
    for (const digest of added.keys()) counted.add(digest);
    fits.push(group);
  }
  return { fits, refused };
}
