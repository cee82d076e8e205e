/** Deployments as the gateway reads them. Rows decide: they are read for every request. */
import type { Queryable } from "../db";

export type DeploymentStatus = "STOPPED" | "STARTING" | "READY" | "FAILED";

export type Served = {
  id: string;
  teamId: string;
  slug: string;
  /** What programs call it: see `PUBLIC_NAME`. */
  name: string;
  /** Of the endpoint artifact. */
  digest: string;
  generation: number;
  /** Number of the version that is served. */
  version: number;
  desired: DeploymentStatus;
  model: string | undefined;
  contextLength: number | undefined;
  updatedAt: Date;
};

type Row = Omit<Served, "model" | "contextLength"> & { facts: { model?: string; contextLength?: number } };

/** What a thing of a team is called outside: `team/slug` where several teams live on one installation. */
const PUBLIC_NAME = (slug: string) =>
  `CASE WHEN (SELECT count(*) FROM "Team") > 1 THEN t.slug || '/' || ${slug} ELSE ${slug} END`;
/** With or without its team. Slugs hold no slash. */
const IS_NAMED = (slug: string, name: string) => `(${slug} = ${name} OR t.slug || '/' || ${slug} = ${name})`;

/** How the names of a team's things begin, where there are those of others; else nothing. */
export async function modelPrefix(db: Queryable, teamId: string): Promise<string> {
  const { rows } = await db.query<{ prefix: string }>({
    name: "model-prefix",
    text: `SELECT slug || '/' AS prefix FROM "Team" WHERE id = $1 AND (SELECT count(*) FROM "Team") > 1`,
    values: [teamId],
  });
  return rows[0]?.prefix ?? "";
}

const SELECT = `SELECT d.id, d."teamId", d.slug, ${PUBLIC_NAME("d.slug")} AS name, a.digest, a.facts, d.generation, d.version, d.desired,
                  d."updatedAt"
                FROM "Deployment" d JOIN "Artifact" a ON a.id = d."artifactId" JOIN "Team" t ON t.id = d."teamId"`;

const served = ({ facts, ...row }: Row): Served => ({
  ...row,
  model: facts.model,
  contextLength: facts.contextLength,
});

/** The one look-up by name: `slug`, or `team/slug` of this very team. */
export async function findDeployment(
  db: Queryable,
  { teamId, name }: { teamId: string; name: string },
): Promise<Served | undefined> {
  const { rows } = await db.query<Row>({
    name: "served-deployment",
    text: `${SELECT} WHERE d."teamId" = $1 AND ${IS_NAMED("d.slug", "$2")}`,
    values: [teamId, name],
  });
  return rows[0] && served(rows[0]);
}

/** Those of a team, by name. */
export async function listServed(db: Queryable, teamId: string): Promise<Served[]> {
  const { rows } = await db.query<Row>({
    name: "served-deployments",
    text: `${SELECT} WHERE d."teamId" = $1 ORDER BY d.slug`,
    values: [teamId],
  });
  return rows.map(served);
}

/** Those of all teams, for the gateway that holds their models. */
export async function listAllServed(db: Queryable): Promise<Served[]> {
  const { rows } = await db.query<Row>({ name: "served-all", text: `${SELECT} ORDER BY d.id` });
  return rows.map(served);
}

export type ServedChain = {
  id: string;
  slug: string;
  name: string;
  digest: string;
  inputs: string[];
  outputs: string[];
};

type ChainRow = Omit<ServedChain, "inputs" | "outputs"> & {
  facts: { inputs?: string[]; outputs?: string[] };
};

const CHAIN = `SELECT c.id, c.slug, ${PUBLIC_NAME("c.slug")} AS name, a.digest, a.facts
               FROM "Chain" c JOIN "Artifact" a ON a.id = c."artifactId" JOIN "Team" t ON t.id = c."teamId"`;

const servedChain = ({ facts, ...row }: ChainRow): ServedChain => ({
  ...row,
  inputs: facts.inputs ?? [],
  outputs: facts.outputs ?? [],
});

/** As `findDeployment`. */
export async function findChain(
  db: Queryable,
  { teamId, name }: { teamId: string; name: string },
): Promise<ServedChain | undefined> {
  const { rows } = await db.query<ChainRow>({
    name: "served-chain",
    text: `${CHAIN} WHERE c."teamId" = $1 AND ${IS_NAMED("c.slug", "$2")}`,
    values: [teamId, name],
  });
  return rows[0] && servedChain(rows[0]);
}

export async function listChains(db: Queryable, teamId: string): Promise<ServedChain[]> {
  const { rows } = await db.query<ChainRow>({
    name: "served-chains",
    text: `${CHAIN} WHERE c."teamId" = $1 ORDER BY c.slug`,
    values: [teamId],
  });
  return rows.map(servedChain);
}
