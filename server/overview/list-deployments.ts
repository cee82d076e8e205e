import type { PortType } from "@/graph/ports";
import type { Values } from "@/graph/problems";
import type { Prisma } from "../prisma";

export type DeploymentListed = {
  id: string;
  slug: string;
  /** What programs call it: `team/slug` where several teams live on one installation. */
  name: string;
  desired: "STOPPED" | "STARTING" | "READY" | "FAILED";
  observed: "STOPPED" | "STARTING" | "READY" | "FAILED";
  /** Why it failed: a reason and values. */
  failure: { reason: string; values: Values } | null;
  model: string | null;
  contextLength: number | null;
  adapter: boolean;
  run: { id: string; number: number; graph: string } | null;
  updatedAt: Date;
};

export async function listDeployments(prisma: Prisma, teamId: string): Promise<DeploymentListed[]> {
  const severalTeams = (await prisma.team.count()) > 1;
  const rows = await prisma.deployment.findMany({
    where: { teamId },
    orderBy: { slug: "asc" },
    include: {
      team: { select: { slug: true } },
      artifact: { select: { facts: true } },
      run: { select: { id: true, number: true, graph: { select: { name: true } } } },
    },
  });
  return rows.map(({ id, slug, desired, observed, updatedAt, artifact, run, detail, team }) => {
    const facts = artifact.facts as Partial<Extract<PortType, { type: "endpoint" }>>;
    const said = detail as { reason?: string; values?: Values } | null;
    return {
      id,
      slug,
      name: severalTeams ? `${team.slug}/${slug}` : slug,
      desired,
      observed,
      failure: said?.reason ? { reason: said.reason, values: said.values ?? {} } : null,
      model: facts.model ?? null,
      contextLength: facts.contextLength ?? null,
      adapter: facts.adapterDigest !== undefined,
      run: run && { id: run.id, number: run.number, graph: run.graph.name },
      updatedAt,
    };
  });
}
