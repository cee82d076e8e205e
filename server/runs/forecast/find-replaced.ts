/** Which version of which deployment a run would take the place of. */
import { parsePortRef } from "@/graph/document";
import type { Replaced } from "@/graph/plan";
import type { PortType } from "@/graph/ports";
import type { Queryable } from "@/server/db";

type Row = { slug: string; version: number; run: number | null; graph: string | null };

/** By node. `types` are those inferred at outputs, by `node.port`. */
export async function findReplaced(
  db: Queryable,
  teamId: string,
  types: Readonly<Record<string, PortType>>,
): Promise<Map<string, Replaced>> {
  const endpoints = Object.entries(types).flatMap(([ref, type]) =>
    type.type === "endpoint" && type.slug
      ? [{ node: parsePortRef(ref).node, slug: type.slug, onlyIfBetter: type.onlyIfBetter === true }]
      : [],
  );
  if (!endpoints.length) return new Map();
  const { rows } = await db.query<Row>({
    name: "find-replaced",
    text: `SELECT d.slug, d.version, r.number AS run, g.name AS graph FROM "Deployment" d
           LEFT JOIN "Run" r ON r.id = d."runId" LEFT JOIN "Graph" g ON g.id = r."graphId"
           WHERE d."teamId" = $1 AND d.slug = ANY($2)`,
    values: [teamId, endpoints.map(({ slug }) => slug)],
  });
  const served = new Map(rows.map((row) => [row.slug, row]));
  return new Map(
    endpoints.flatMap(({ node, slug, onlyIfBetter }) => {
      const found = served.get(slug);
      if (!found) return [];
      const { version, run, graph } = found;
      const by = { ...(run === null ? {} : { run }), ...(graph === null ? {} : { graph }) };
      return [[node, { slug, version, ...by, onlyIfBetter }] as const];
    }),
  );
}
