/** Reads every blob that rows name, in the store itself, and says which artifacts are not what was put there. */
import type { Pool } from "../../db";
import * as limits from "../limits";
import { type Manifest, manifestText } from "../manifest";
import type { BlobStore, Presence } from "../store";

export type Damage = {
  digest: string;
  type: string;
  team: string;
  /** Names of its files, `its manifest` among them. */
  missing: string[];
  damaged: string[];
  /** Who made it first, and in which run that people see. */
  madeBy: { graph: string; run: number; runId: string; node: string } | null;
};
export type Verification = {
  artifacts: number;
  blobs: number;
  bytes: number;
  damaged: Damage[];
  healed: number;
};

type Row = {
  id: string;
  digest: string;
  type: string;
  team: string;
  state: "KEPT" | "DAMAGED";
  storedAt: Date;
  manifest: Manifest;
};

/** What is found is written down: no cached result has a damaged artifact, and one that was healed counts again. */
export async function verifyStore(
  pool: Pool,
  store: BlobStore,
  progress: (done: number, total: number) => void = () => {},
): Promise<Verification> {
  const { rows } = await pool.query<Row>(
    `SELECT a.id, a.digest, a.type, a.state, a."storedAt", a.manifest, t.name AS team
     FROM "Artifact" a JOIN "Team" t ON t.id = a."teamId" WHERE a.state <> 'COLLECTED' ORDER BY a.id`,
  );
  const sizes = new Map<string, number>();
  for (const { digest, manifest } of rows) {
    sizes.set(digest.slice("sha256:".length), Buffer.byteLength(manifestText(manifest)));
    for (const { sha256, size } of manifest.files) sizes.set(sha256, size);
  }
  const found = await checkAll(store, [...sizes], progress);
  const damaged: Damage[] = [];
  let healed = 0;
  for (const row of rows) {
    const files = [
      { path: "its manifest", sha256: row.digest.slice("sha256:".length) },
      ...row.manifest.files,
    ];
    const are = (state: Presence) =>
      files.filter(({ sha256 }) => found.get(sha256) === state).map(({ path }) => path);
    const [missing, changed] = [are("missing"), are("damaged")];
    const state = missing.length || changed.length ? "DAMAGED" : "KEPT";
    // Collected or put again meanwhile: what was read says nothing about it any more.
    const { rowCount } = await pool.query(
      `UPDATE "Artifact" SET state = $2::"ArtifactState" WHERE id = $1 AND state <> 'COLLECTED' AND "storedAt" = $3`,
      [row.id, state, row.storedAt],
    );
    if (!rowCount) continue;
    if (state === "KEPT") healed += row.state === "DAMAGED" ? 1 : 0;
    else {
      const { digest, type, team } = row;
      damaged.push({ digest, type, team, missing, damaged: changed, madeBy: await madeBy(pool, row.id) });
    }
  }
  const bytes = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  return { artifacts: rows.length, blobs: sizes.size, bytes, damaged, healed };
}

async function checkAll(
  store: BlobStore,
  blobs: readonly (readonly [string, number])[],
  progress: (done: number, total: number) => void,
): Promise<Map<string, Presence>> {
  const found = new Map<string, Presence>();
  const left = blobs.values();
  await Promise.all(
    Array.from({ length: limits.verifiedAtOnce }, async () => {
      for (const [sha256, size] of left) {
        found.set(sha256, await store.check(sha256, size));
        progress(found.size, blobs.length);
      }
    }),
  );
  return found;
}

async function madeBy(pool: Pool, artifactId: string): Promise<Damage["madeBy"]> {
  const { rows } = await pool.query<NonNullable<Damage["madeBy"]>>(
    `SELECT g.name AS graph, r.number AS run, r.id AS "runId", n."nodeId" AS node
     FROM "NodeRunOutput" o JOIN "NodeRun" n ON n.id = o."nodeRunId" JOIN "Run" r ON r.id = n."runId"
     JOIN "Graph" g ON g.id = r."graphId"
     WHERE o."artifactId" = $1 ORDER BY n.status = 'SUCCEEDED' DESC, n."finishedAt" LIMIT 1`,
    [artifactId],
  );
  return rows[0] ?? null;
}
