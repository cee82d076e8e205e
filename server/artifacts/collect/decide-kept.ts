/** What is reachable, decided purely: from the roots, along digests that facts name. */

/** Why something is kept; the first that holds is said. */
export const KEEP_REASONS = ["served", "frozen", "running", "recent", "version", "shown", "new"] as const;
export type KeepReason = (typeof KEEP_REASONS)[number];

export type Candidate = { id: string; teamId: string; digest: string; facts: unknown };
/** By row, or by the digest that a graph of the team names. */
export type Root = { reason: KeepReason } & ({ artifactId: string } | { teamId: string; digest: string });

const DIGEST = /sha256:[0-9a-f]{64}/g;
/** An endpoint names the model and the adapter that it serves. */
const named = (facts: unknown): string[] => JSON.stringify(facts ?? null).match(DIGEST) ?? [];

export function decideKept(artifacts: readonly Candidate[], roots: readonly Root[]): Map<string, KeepReason> {
  const byId = new Map(artifacts.map((artifact) => [artifact.id, artifact]));
  const byDigest = new Map(artifacts.map((artifact) => [`${artifact.teamId} ${artifact.digest}`, artifact]));
  const kept = new Map<string, KeepReason>();
  const rank = (reason: KeepReason) => KEEP_REASONS.indexOf(reason);
  for (const root of [...roots].sort((a, b) => rank(a.reason) - rank(b.reason))) {
    const first =
      "artifactId" in root ? byId.get(root.artifactId) : byDigest.get(`${root.teamId} ${root.digest}`);
    const open = first ? [first] : [];
    for (let next = open.pop(); next; next = open.pop()) {
      if (kept.has(next.id)) continue;
      kept.set(next.id, root.reason);
      const { teamId } = next;
      open.push(...named(next.facts).flatMap((digest) => byDigest.get(`${teamId} ${digest}`) ?? []));
    }
  }
  return kept;
}
