/** What earlier successes took, beside what their definitions estimate for them now. */
import type { PastAttempt } from "@/graph/calibrate";
import type { Catalogue } from "@/graph/define-node";
import { readFacts } from "@/graph/labels";
import type { PortType, PortTypeName } from "@/graph/ports";
import type { Queryable } from "@/server/db";
import * as limits from "../limits";

type Input = { port: string; slot: string; type: PortTypeName; facts: object };
type Row = {
  kind: string;
  params: Record<string, unknown>;
  seconds: number;
  peakBytes: number | null;
  inputs: Input[] | null;
};

/**
 * By kind, newest first. First attempts only: a later one may have gone on from a checkpoint. Smoke runs are compared
 * with smoke runs, since their work is cut short.
 */
export async function pastAttempts(
  db: Queryable,
  catalogue: Catalogue,
  kinds: readonly string[],
  smoke: boolean,
): Promise<Record<string, PastAttempt[]>> {
  const known = [...new Set(kinds)].flatMap((kind) => catalogue[kind] ?? []);
  const { rows } = await db.query<Row>({
    name: "past-attempts",
    text: `SELECT k.kind, past.* FROM jsonb_to_recordset($1) AS k(kind text, version int) CROSS JOIN LATERAL (
             SELECT n.params, a."peakBytes", extract(epoch FROM a."finishedAt" - a."startedAt")::float8 AS seconds,
               (SELECT jsonb_agg(jsonb_build_object('port', i.port, 'slot', i.slot, 'type', x.type, 'facts', x.facts))
                FROM "NodeRunInput" i JOIN "Artifact" x ON x.id = i."artifactId" WHERE i."nodeRunId" = n.id) AS inputs
             FROM "NodeRun" n JOIN "Run" r ON r.id = n."runId"
             JOIN "Attempt" a ON a."nodeRunId" = n.id AND a.number = 1 AND a."finishedAt" IS NOT NULL
             WHERE n.kind = k.kind AND n."kindVersion" = k.version AND n.status = 'SUCCEEDED' AND n.attempt = 1
               AND r.smoke = $2
             ORDER BY n."finishedAt" DESC LIMIT $3) past`,
    values: [
      JSON.stringify(known.map(({ kind, version }) => ({ kind, version }))),
      smoke,
      limits.pastAttempts,
    ],
  });
  const past: Record<string, PastAttempt[]> = {};
  for (const { kind, params, inputs, seconds, peakBytes } of rows) {
    const definition = catalogue[kind]!;
    // A definition may have tightened a parameter since.
    const parsed = definition.params.safeParse(params);
    if (!parsed.success) continue;
    const lists = (port: string) => definition.inputs[port]?.list === true;
    const estimated = definition.estimate(parsed.data, typesOf(inputs ?? [], lists));
    past[kind] = [...(past[kind] ?? []), { estimated, seconds, peakBytes }];
  }
  return past;
}

function typesOf(inputs: readonly Input[], isList: (port: string) => boolean) {
  const types: Record<string, PortType | Record<string, PortType>> = {};
  for (const { port, slot, type, facts } of inputs) {
    const found = readFacts(type, facts);
    types[port] = isList(port) ? { ...(types[port] as Record<string, PortType>), [slot]: found } : found;
  }
  return types;
}
