import type { EndpointFacts, Measured } from "@/graph/ports";
import type { Queryable } from "../db";
import type { Held } from "./why-held";

export type VersionListed = {
  number: number;
  /** Of the endpoint artifact. */
  digest: string;
  /** It is the one that is served. */
  served: boolean;
  /** Its files are there, so that it can be served. */
  kept: boolean;
  held: Held | null;
  model: string | null;
  measured: Measured | null;
  run: { id: string; number: number; graph: string } | null;
  createdAt: Date;
  servedAt: Date | null;
};

/** A list that a person looks through. */
const SHOWN = 100;

type Row = Omit<VersionListed, "model" | "measured"> & { facts: EndpointFacts };

/** Of a team's deployment, newest first; none where it has no such deployment. */
export async function listVersions(db: Queryable, teamId: string, slug: string): Promise<VersionListed[]> {
  const { rows } = await db.query<Row>({
    name: "list-versions",
    text: `SELECT v.number, a.digest, v.number = d.version AS served, a.state = 'KEPT' AS kept, v.held, a.facts,
             CASE WHEN r.id IS NOT NULL THEN jsonb_build_object('id', r.id, 'number', r.number, 'graph', g.name) END AS run,
             v."createdAt", v."servedAt"
           FROM "Deployment" d JOIN "DeploymentVersion" v ON v."deploymentId" = d.id
           JOIN "Artifact" a ON a.id = v."artifactId"
           LEFT JOIN "Run" r ON r.id = v."runId" LEFT JOIN "Graph" g ON g.id = r."graphId"
           WHERE d."teamId" = $1 AND d.slug = $2 ORDER BY v.number DESC LIMIT ${SHOWN}`,
    values: [teamId, slug],
  });
  return rows.map(({ facts, ...row }) => ({
    ...row,
    model: facts.model ?? null,
    measured: facts.measured ?? null,
  }));
}
