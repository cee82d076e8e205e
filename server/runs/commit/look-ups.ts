/** What a decision asks the database: results by cache key, and flights. */
import { blobsOf, type Named } from "@/server/artifacts/gate";
import { markDamaged } from "@/server/artifacts/mark-damaged";
import type { BlobStore } from "@/server/artifacts/store";
import type { Queryable } from "@/server/db";
import { jsonParam } from "@/server/storable";
import type { Hit, Outputs } from "../protocol/decision";

const OUTPUTS = `(SELECT jsonb_object_agg(o.port, jsonb_build_object('id', a.id, 'digest', a.digest, 'type', a.type))
  FROM "NodeRunOutput" o JOIN "Artifact" a ON a.id = o."artifactId" WHERE o."nodeRunId" = n.id)`;

/** A result counts while the store keeps all of it. */
export const OUTPUTS_KEPT = `NOT EXISTS (SELECT 1 FROM "NodeRunOutput" o JOIN "Artifact" a ON a.id = o."artifactId"
  WHERE o."nodeRunId" = n.id AND a.state <> 'KEPT')`;

type HitRow = {
  cacheKey: string;
  nodeRunId: string;
  run: number;
  graph: string | null;
  outputs: Outputs | null;
};

/**
 * Adds to `hits` an answer for each key. Where a key fits, the other results of that run come along: the nodes
 * below will most likely ask for them next, and a whole run from the cache then takes one or two look-ups.
 */
export async function findHits(
  db: Queryable,
  { teamId, id: runId }: { teamId: string; id: string },
  keys: readonly string[],
  hits: Map<string, Hit | null>,
  store?: Pick<BlobStore, "absent">,
): Promise<void> {
  const { rows } = await db.query<HitRow>({
    name: "find-hits",
    text: `WITH hit AS (
             SELECT DISTINCT ON (n."cacheKey") n."runId" FROM "NodeRun" n JOIN "Run" r ON r.id = n."runId"
             WHERE n."cacheKey" = ANY($1) AND n.status IN ('SUCCEEDED', 'CACHED') AND r."teamId" = $2
               AND ${OUTPUTS_KEPT}
             ORDER BY n."cacheKey", n."finishedAt" DESC
           )
           SELECT n."cacheKey", coalesce(n."cachedFromId", n.id) AS "nodeRunId", coalesce(o.number, r.number) AS run,
             CASE WHEN g.id <> (SELECT "graphId" FROM "Run" WHERE id = $3) THEN g.name END AS graph, ${OUTPUTS} AS outputs
           FROM "NodeRun" n JOIN "Run" r ON r.id = n."runId"
           LEFT JOIN "NodeRun" m ON m.id = n."cachedFromId" LEFT JOIN "Run" o ON o.id = m."runId"
           JOIN "Graph" g ON g.id = coalesce(o."graphId", r."graphId")
           WHERE n."runId" IN (SELECT "runId" FROM hit) AND n.status IN ('SUCCEEDED', 'CACHED')
             AND n."cacheKey" IS NOT NULL AND ${OUTPUTS_KEPT}`,
    values: [keys, teamId, runId],
  });
  for (const key of keys) hits.set(key, null);
  const outputsOf = ({ outputs }: HitRow) => Object.values(outputs ?? {});
  const gone = await holdArtifacts(db, rows.flatMap(outputsOf), store);
  for (const row of rows) {
    const { cacheKey, nodeRunId, run, graph, outputs } = row;
    if (!hits.get(cacheKey) && outputsOf(row).every(({ id }) => !gone.has(id)))
      hits.set(cacheKey, { nodeRunId, run, ...(graph === null ? {} : { graph }), outputs: outputs ?? {} });
  }
}

/**
 * Keeps the artifacts from being collected until the transaction ends. Returns those that are not there any more: what
 * collection took since they were read, and what is missing from the store, which is then marked so that all know.
 */
async function holdArtifacts(
  db: Queryable,
  artifacts: readonly { id: string }[],
  store?: Pick<BlobStore, "absent">,
): Promise<Set<string>> {
  const ids = [...new Set(artifacts.map(({ id }) => id))].sort();
  if (!ids.length) return new Set();
  const { rows } = await db.query<Named & { id: string }>({
    name: "hold-artifacts",
    text: `SELECT id, digest, manifest FROM "Artifact" WHERE id = ANY($1) AND state = 'KEPT' ORDER BY id FOR KEY SHARE`,
    values: [ids],
  });
  const blobs = rows.flatMap((row) => [
    ...row.manifest.files,
    { sha256: row.digest.slice("sha256:".length), size: undefined },
  ]);
  const absent = new Set(store?.absent(blobs));
  const broken = absent.size ? rows.filter((row) => blobsOf(row).some((sha256) => absent.has(sha256))) : [];
  if (broken.length)
    await markDamaged(
      db,
      broken.map(({ digest }) => digest),
    );
  const there = new Set(rows.filter((row) => !broken.includes(row)).map(({ id }) => id));
  return new Set(ids.filter((id) => !there.has(id)));
}

export type FlightRequest = { nodeRunId: string; cacheKey: string; attempt: number };

/** Takes the flights that are free or whose holder is lost; sorted, so that two takers cannot wait for each other. */
export async function takeFlights(
  db: Queryable,
  wanted: readonly FlightRequest[],
  leaseMs: number,
  flights: Map<string, boolean>,
): Promise<void> {
  // Two nodes of one run with one key: the first gets it.
  const byKey = new Map([...wanted].reverse().map((request) => [request.cacheKey, request]));
  const { rows } = await db.query<{ nodeRunId: string }>({
    name: "take-flights",
    text: `INSERT INTO "Flight" AS f ("cacheKey", "nodeRunId", attempt, "leaseExpiresAt")
           SELECT w."cacheKey", w."nodeRunId", w.attempt, now() + $2 * interval '1 ms'
           FROM jsonb_to_recordset($1) AS w("cacheKey" text, "nodeRunId" text, attempt int) ORDER BY w."cacheKey"
           ON CONFLICT ("cacheKey") DO UPDATE SET "nodeRunId" = excluded."nodeRunId", attempt = excluded.attempt,
             "leaseExpiresAt" = excluded."leaseExpiresAt"
           WHERE f."leaseExpiresAt" < now() OR f."nodeRunId" = excluded."nodeRunId"
           RETURNING "nodeRunId"`,
    values: [jsonParam([...byKey.values()]), leaseMs],
  });
  const won = new Set(rows.map((row) => row.nodeRunId));
  for (const { nodeRunId } of wanted) flights.set(nodeRunId, won.has(nodeRunId));
}
