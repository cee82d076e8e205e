import type { PortType } from "@/graph/ports";
import type { Values } from "@/graph/problems";
import { observedOf, type Seen } from "../deployments/observed-of";
import type { DeploymentStatus } from "../deployments/served";
import type { Prisma } from "../prisma";

export type DeploymentListed = {
  id: string;
  slug: string;
  /** What programs call it: `team/slug` where several teams live on one installation. */
  name: string;
  desired: DeploymentStatus;
  /** What the gateways that live have seen. */
  observed: DeploymentStatus;
  /** Why nothing answers: a reason and values. */
  failure: { reason: string; values: Values } | null;
  model: string | null;
  contextLength: number | null;
  adapter: boolean;
  /** Host of the server elsewhere that answers; null when this installation does. */
  server: string | null;
  /** Number of the version that is served, and the run that gave it. */
  version: number;
  run: { id: string; number: number; graph: string } | null;
  /** Number of a later version that was held back. */
  held: number | null;
  updatedAt: Date;
};

export async function listDeployments(prisma: Prisma, teamId: string): Promise<DeploymentListed[]> {
  const [teams, rows, seen] = await Promise.all([
    prisma.team.count(),
    prisma.deployment.findMany({
      where: { teamId },
      orderBy: { slug: "asc" },
      include: {
        team: { select: { slug: true } },
        artifact: { select: { facts: true } },
        run: { select: { id: true, number: true, graph: { select: { name: true } } } },
        versions: { orderBy: { number: "desc" }, take: 1, select: { number: true, held: true } },
      },
    }),
    readSeen(prisma, teamId),
  ]);
  return rows.map(({ id, slug, desired, generation, version, versions, updatedAt, artifact, run, team }) => {
    const facts = artifact.facts as Partial<Extract<PortType, { type: "endpoint" }>>;
    const { fresh = true, observations = [] } = seen.get(id) ?? {};
    return {
      id,
      slug,
      name: teams > 1 ? `${team.slug}/${slug}` : slug,
      desired,
      ...observedOf({ desired, generation, fresh }, observations),
      model: facts.model ?? null,
      contextLength: facts.contextLength ?? null,
      adapter: facts.adapterDigest !== undefined,
      server: facts.server ?? null,
      version,
      run: run && { id: run.id, number: run.number, graph: run.graph.name },
      held: heldAfter(version, versions[0]),
      updatedAt,
    };
  });
}

/** By the database's clock, which leases are counted on. */
async function readSeen(
  prisma: Prisma,
  teamId: string,
): Promise<Map<string, { fresh: boolean; observations: Seen[] }>> {
  const rows = await prisma.$queryRaw<{ id: string; fresh: boolean; observations: Seen[] }[]>`
    SELECT d.id, d."updatedAt" > now() - interval '5 seconds' AS fresh,
      coalesce(
        jsonb_agg(jsonb_build_object('generation', o.generation, 'state', o.state, 'failure', o.detail))
          FILTER (WHERE o."deploymentId" IS NOT NULL), '[]') AS observations
    FROM "Deployment" d
    LEFT JOIN "DeploymentObservation" o ON o."deploymentId" = d.id AND o."leaseUntil" > now()
    WHERE d."teamId" = ${teamId}
    GROUP BY d.id`;
  return new Map(rows.map(({ id, ...row }) => [id, row]));
}

const heldAfter = (served: number, last: { number: number; held: unknown } | undefined) =>
  last?.held && last.number > served ? last.number : null;
