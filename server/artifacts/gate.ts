/**
 * Recording and collecting take turns: whoever records what it put holds the gate shared, whoever removes holds it alone.
 * Why this loses nothing: `docs/decisions/collecting-artifacts.md`.
 */
import type { Queryable } from "../db";
import type { Manifest } from "./manifest";
import type { BlobStore } from "./store";

const GATE = 7_472_613;

/** Until the transaction ends, which the database never does by itself: bytes are removed while the gate is closed. */
export async function closeGate(tx: Queryable): Promise<void> {
  await tx.query("SET LOCAL idle_in_transaction_session_timeout = 0");
  await tx.query("SELECT pg_advisory_xact_lock($1)", [GATE]);
}

export type Named = { digest: string; manifest: Pick<Manifest, "files"> };
/** All blobs of an artifact: its files and its manifest. */
export const blobsOf = ({ digest, manifest }: Named): string[] => [
  digest.slice("sha256:".length),
  ...manifest.files.map(({ sha256 }) => sha256),
];

/**
 * To be called before rows that name these blobs are written, in the same transaction. Returns the blobs that were
 * collected after they were put: what names them must be put again.
 */
export async function passGate(
  tx: Queryable,
  blobs: readonly string[],
  store: Pick<BlobStore, "has"> | undefined,
): Promise<Set<string>> {
  if (!blobs.length) return new Set();
  // Two statements, sent together: the second must see what whoever closed the gate before has written.
  const [, { rows }] = await Promise.all([
    tx.query({ name: "pass-gate", text: "SELECT pg_advisory_xact_lock_shared($1)", values: [GATE] }),
    tx.query<{ digest: string }>({
      name: "collected-blobs",
      text: 'SELECT digest FROM "CollectedBlob" WHERE digest = ANY($1)',
      values: [blobs],
    }),
  ]);
  const gone = new Set<string>();
  // Seldom any: only blobs that were garbage until now.
  for (const { digest } of rows) if (!(await store?.has(digest))) gone.add(digest);
  return gone;
}
