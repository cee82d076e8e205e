/** The recipe of a node run: the graph that leads to it, as it was run, and the digests made on the way. */
import type { GraphFile, JsonValue } from "@/graph/document";
import { applyOverrides } from "@/graph/overrides";
import { makeRecipe, type Recipe } from "@/graph/recipe";
import { subgraph } from "@/graph/topology";
import type { Queryable } from "@/server/db";

type Row = {
  nodeId: string;
  document: GraphFile;
  overrides: Record<string, JsonValue>;
  digests: Record<string, string> | null;
};

export async function readRecipe(db: Queryable, nodeRunId: string): Promise<Recipe | undefined> {
  const { rows } = await db.query<Row>(
    `SELECT n."nodeId", v.document, r.overrides,
       (SELECT jsonb_object_agg(m."nodeId" || '.' || o.port, a.digest) FROM "NodeRun" m
        JOIN "NodeRunOutput" o ON o."nodeRunId" = m.id JOIN "Artifact" a ON a.id = o."artifactId"
        WHERE m."runId" = r.id) AS digests
     FROM "NodeRun" n JOIN "Run" r ON r.id = n."runId" JOIN "GraphVersion" v ON v.id = r."graphVersionId"
     WHERE n.id = $1`,
    [nodeRunId],
  );
  const row = rows[0];
  if (!row) return undefined;
  const { file } = applyOverrides(row.document, row.overrides);
  const part = subgraph(file, [row.nodeId]);
  const known = new Set(part.nodes.map((n) => n.id));
  const digests = Object.entries(row.digests ?? {}).filter(([ref]) => known.has(ref.split(".")[0] ?? ""));
  return makeRecipe(part, row.nodeId, Object.fromEntries(digests.sort()));
}
