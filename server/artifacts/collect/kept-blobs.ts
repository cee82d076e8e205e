/** The blobs that rows name: of artifacts that are not collected, of stages and of checkpoints. */
import { Failure } from "@/graph/problems";
import type { Queryable } from "../../db";
import { blobsOf } from "../gate";
import type { Manifest } from "../manifest";
import { readManifest } from "../open";
import type { BlobStore } from "../store";

type Row = { digest: string; manifest: Manifest | null };

/** With `since`, only of rows that were written after that moment: what was recorded while collection went on. */
export async function readKeptBlobs(
  db: Queryable,
  store: BlobStore,
  { since = new Date(0), without = new Set() }: { since?: Date; without?: ReadonlySet<string> } = {},
): Promise<Set<string>> {
  const artifacts = await db.query<Row & { id: string }>(
    `SELECT id, digest, manifest FROM "Artifact" WHERE state <> 'COLLECTED' AND "storedAt" >= $1`,
    [since],
  );
  const folders = await db.query<Row>(
    `SELECT digest, manifest FROM "Stage" WHERE "createdAt" >= $1
     UNION ALL SELECT digest, manifest FROM "Checkpoint" WHERE "createdAt" >= $1`,
    [since],
  );
  const kept = new Set<string>();
  const rows = [...artifacts.rows.filter(({ id }) => !without.has(id)), ...folders.rows];
  for (const { digest, manifest } of rows) {
    const known = manifest ?? (await manifestOf(store, digest));
    if (known) for (const sha256 of blobsOf({ digest, manifest: known })) kept.add(sha256);
  }
  return kept;
}

/** Undefined when it is gone or damaged: nobody can use the folder then. A store that does not answer stops everything. */
async function manifestOf(store: BlobStore, digest: string): Promise<Manifest | undefined> {
  try {
    return await readManifest(store, digest);
  } catch (error) {
    if (error instanceof Failure && error.reason.startsWith("artifact-")) return undefined;
    throw error;
  }
}
