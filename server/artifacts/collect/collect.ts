/** Removes what nothing uses, or says what it would remove. The argument that nothing is lost: `docs/decisions/collecting-artifacts.md`. */
import { type Pool, type Queryable, type Tx, transaction } from "../../db";
import type { Prisma } from "../../prisma";
import { closeGate } from "../gate";
import * as limits from "../limits";
import { requireAlone } from "../own-store";
import type { BlobStore } from "../store";
import { type Candidate, decideKept, KEEP_REASONS, type KeepReason, type Root } from "./decide-kept";
import { readKeptBlobs } from "./kept-blobs";
import { readDraftRoots, readRoots } from "./read-roots";

export type CollectOptions = {
  /** False: nothing is changed. */
  remove: boolean;
  recentMs?: number;
  graceMs?: number;
  /** For tests: between the marking and the removing. */
  between?: () => Promise<void>;
};
export type Collection = {
  /** Artifacts that nothing uses, by team. */
  artifacts: { teamId: string; digest: string; type: string; sizeBytes: number; createdAt: string }[];
  /** Bytes in the store that nothing names, those of these artifacts and what interrupted jobs left. */
  blobs: number;
  bytes: number;
  /** The rest, and why. */
  kept: Record<KeepReason, { artifacts: number; bytes: number }>;
  /** Resume points of what has succeeded since. */
  checkpoints: number;
  /** Temporary files and unfinished uploads. */
  leftOvers: number;
};
type Row = Candidate & { type: string; sizeBytes: number; createdAt: Date };
type System = { pool: Pool; prisma: Prisma; store: BlobStore };

export async function collect({ pool, prisma, store }: System, options: CollectOptions): Promise<Collection> {
  const { remove, recentMs = limits.recentRunDays * 86_400_000, graceMs = limits.uploadGraceMs } = options;
  await requireAlone(pool, store);
  const drafts = await readDraftRoots(prisma);
  const marked = await transaction(pool, async (tx) => {
    if (remove) await closeGate(tx);
    const read = () => readAll(tx, drafts, { recentMs, graceMs });
    let all = await read();
    if (remove) {
      // Whoever holds one of them for a run ends first, and is then seen.
      await tx.query('SELECT 1 FROM "Artifact" WHERE id = ANY($1) ORDER BY id FOR UPDATE', [
        all.doomed.map(({ id }) => id),
      ]);
      all = await read();
      await tx.query(`UPDATE "Artifact" SET state = 'COLLECTED' WHERE id = ANY($1)`, [
        all.doomed.map(({ id }) => id),
      ]);
    }
    const checkpoints = await dropCheckpoints(tx, recentMs, remove);
    const blobs = await readKeptBlobs(tx, store, { without: new Set(all.doomed.map(({ id }) => id)) });
    const { rows } = await tx.query<{ at: Date }>("SELECT clock_timestamp() AS at");
    return { ...all, checkpoints, blobs, at: rows[0]!.at };
  });

  await options.between?.();
  const before = new Date(Date.now() - graceMs);
  const garbage: { sha256: string; size: number }[] = [];
  for await (const { sha256, size, modified } of store.list())
    if (modified < before && !marked.blobs.has(sha256)) garbage.push({ sha256, size });
  const removed = remove ? await removeBlobs(pool, store, garbage, marked.at) : garbage;
  const leftOvers = remove ? await store.sweep(new Date(Date.now() - limits.leftOverMs)) : 0;
  return {
    artifacts: marked.doomed.map(({ teamId, digest, type, sizeBytes, createdAt }) => {
      return { teamId, digest, type, sizeBytes, createdAt: createdAt.toISOString() };
    }),
    blobs: removed.length,
    bytes: removed.reduce((sum, { size }) => sum + size, 0),
    kept: marked.kept,
    checkpoints: marked.checkpoints,
    leftOvers,
  };
}

async function readAll(tx: Tx, drafts: readonly Root[], ages: { recentMs: number; graceMs: number }) {
  const { rows } = await tx.query<Row>(
    `SELECT id, "teamId", digest, type, facts, "sizeBytes", "createdAt" FROM "Artifact" WHERE state <> 'COLLECTED' ORDER BY id`,
  );
  const reasons = decideKept(rows, [...drafts, ...(await readRoots(tx, ages))]);
  const kept = Object.fromEntries(
    KEEP_REASONS.map((reason) => {
      const list = rows.filter(({ id }) => reasons.get(id) === reason);
      return [reason, { artifacts: list.length, bytes: list.reduce((sum, row) => sum + row.sizeBytes, 0) }];
    }),
  ) as Collection["kept"];
  return { doomed: rows.filter(({ id }) => !reasons.has(id)), kept };
}

/** Of a step inside a node, the key of the node stands before the slash. */
const OWNER = `split_part(c.key, '/', 1)`;

/** A checkpoint is offered until its node has succeeded; then the cache answers, and it is of no more use. */
async function dropCheckpoints(db: Queryable, recentMs: number, remove: boolean): Promise<number> {
  const useless = `"createdAt" < now() - $1 * interval '1 ms'
    AND EXISTS (SELECT 1 FROM "NodeRun" n WHERE (n."cacheKey" = ${OWNER} OR n.id = ${OWNER}) AND n.status = 'SUCCEEDED')
    AND NOT EXISTS (SELECT 1 FROM "NodeRun" n WHERE (n."cacheKey" = ${OWNER} OR n.id = ${OWNER})
      AND n.status IN ('PENDING', 'READY', 'RUNNING', 'WAITING'))`;
  if (remove)
    return (await db.query(`DELETE FROM "Checkpoint" c WHERE ${useless}`, [recentMs])).rowCount ?? 0;
  const { rows } = await db.query<{ count: number }>(`SELECT count(*) FROM "Checkpoint" c WHERE ${useless}`, [
    recentMs,
  ]);
  return rows[0]!.count;
}

/** First their tombstones, for good; then, with the gate closed, what nobody has recorded since the marking. */
async function removeBlobs(
  pool: Pool,
  store: BlobStore,
  garbage: readonly { sha256: string; size: number }[],
  since: Date,
): Promise<{ sha256: string; size: number }[]> {
  const removed: { sha256: string; size: number }[] = [];
  for (let at = 0; at < garbage.length; at += limits.removedUnderGate) {
    const batch = garbage.slice(at, at + limits.removedUnderGate);
    const names = batch.map(({ sha256 }) => sha256);
    await pool.query(
      `INSERT INTO "CollectedBlob" (digest) SELECT unnest($1::text[]) ON CONFLICT (digest) DO UPDATE SET at = now()`,
      [names],
    );
    await transaction(pool, async (tx) => {
      await closeGate(tx);
      const again = await readKeptBlobs(tx, store, { since });
      const gone = names.filter((sha256) => !again.has(sha256));
      await store.remove(gone);
      await tx.query('DELETE FROM "Blob" WHERE digest = ANY($1)', [gone]);
      removed.push(...batch.filter(({ sha256 }) => !again.has(sha256)));
    });
  }
  await pool.query(`DELETE FROM "CollectedBlob" WHERE at < now() - $1 * interval '1 day'`, [
    limits.tombstoneDays,
  ]);
  return removed;
}
