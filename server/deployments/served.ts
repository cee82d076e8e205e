/** Deployments as the gateway reads them. Rows decide: they are read for every request. */
import type { Values } from "@/graph/problems";
import { jsonParam } from "@/server/storable";
import type { Queryable } from "../db";

export type DeploymentStatus = "STOPPED" | "STARTING" | "READY" | "FAILED";

export type Served = {
  id: string;
  teamId: string;
  slug: string;
  /** Of the endpoint artifact. */
  digest: string;
  generation: number;
  desired: DeploymentStatus;
  observed: DeploymentStatus;
  model: string | undefined;
  contextLength: number | undefined;
  updatedAt: Date;
};

type Row = Omit<Served, "model" | "contextLength"> & { facts: { model?: string; contextLength?: number } };

const SELECT = `SELECT d.id, d."teamId", d.slug, a.digest, a.facts, d.generation, d.desired, d.observed, d."updatedAt"
                FROM "Deployment" d JOIN "Artifact" a ON a.id = d."artifactId"`;

const served = ({ facts, ...row }: Row): Served => ({
  ...row,
  model: facts.model,
  contextLength: facts.contextLength,
});

/** Without a team (on loopback, where no key is asked) the one set last has the name. */
export async function getDeployment(
  db: Queryable,
  slug: string,
  teamId?: string,
): Promise<Served | undefined> {
  const { rows } = await db.query<Row>({
    name: "served-deployment",
    text: `${SELECT} WHERE d.slug = $1 AND ($2::text IS NULL OR d."teamId" = $2) ORDER BY d."updatedAt" DESC LIMIT 1`,
    values: [slug, teamId ?? null],
  });
  return rows[0] && served(rows[0]);
}

export async function listServed(db: Queryable, teamId?: string): Promise<Served[]> {
  const { rows } = await db.query<Row>({
    name: "served-deployments",
    text: `${SELECT} WHERE $1::text IS NULL OR d."teamId" = $1 ORDER BY d.slug, d."updatedAt" DESC`,
    values: [teamId ?? null],
  });
  return rows.map(served);
}

export type ServedChain = { slug: string; digest: string; inputs: string[]; outputs: string[] };

export async function listChains(db: Queryable, teamId?: string): Promise<ServedChain[]> {
  const { rows } = await db.query<{
    slug: string;
    digest: string;
    facts: { inputs?: string[]; outputs?: string[] };
  }>({
    name: "served-chains",
    text: `SELECT c.slug, a.digest, a.facts FROM "Chain" c JOIN "Artifact" a ON a.id = c."artifactId"
           WHERE $1::text IS NULL OR c."teamId" = $1 ORDER BY c."updatedAt" DESC`,
    values: [teamId ?? null],
  });
  return rows.map(({ slug, digest, facts }) => ({
    slug,
    digest,
    inputs: facts.inputs ?? [],
    outputs: facts.outputs ?? [],
  }));
}

export type Observation = {
  observed: DeploymentStatus;
  failure?: { reason: string; values: Values };
  url?: string;
};

/** Written only while the generation it was made for is still wanted. */
export async function observeDeployment(
  db: Queryable,
  { id, generation }: Pick<Served, "id" | "generation">,
  { observed, failure, url }: Observation,
): Promise<void> {
  await db.query(
    `UPDATE "Deployment" SET observed = $3::"DeploymentState", detail = $4, url = coalesce($5, url), "observedAt" = now()
     WHERE id = $1 AND generation = $2`,
    [id, generation, observed, failure ? jsonParam(failure) : null, url ?? null],
  );
}
