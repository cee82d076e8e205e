/** Scores that a cleaning node left beside its ledger: how they spread, and what a threshold on them would keep. */
import type { Histogram, Selection } from "@/engines/table";
import type { Bound } from "@/graph/bound";
import { artifactFile } from "./open";
import type { BlobStore } from "./store";

type Table = { digest: string; file: string };

/** @throws Failure `artifact-missing`, `artifact-damaged` */
export async function histogramOf(
  store: BlobStore,
  { digest, file }: Table,
  { column, bins }: { column: string; bins: number },
  signal?: AbortSignal,
): Promise<Histogram | null> {
  const found = await artifactFile(store, digest, file);
  if (!found) return null;
  const { histogram } = await import("@/engines/table");
  return (await histogram(found.file, column, bins, signal)) ?? null;
}

/** @throws Failure `artifact-missing`, `artifact-damaged` */
export async function selectionOf(
  store: BlobStore,
  { digest, file }: Table,
  wish: { bounds: readonly Bound[]; putBack: readonly string[] },
  signal?: AbortSignal,
): Promise<Selection | null> {
  const found = await artifactFile(store, digest, file);
  if (!found) return null;
  const { selectScores } = await import("@/engines/table");
  return selectScores(found.file, wish, signal);
}
