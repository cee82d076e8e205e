/** What a ledger says as a whole. */
import type { LedgerRules } from "@/engines/table";
import { artifactFile } from "./open";
import type { BlobStore } from "./store";

/** Null where the artifact is no ledger. @throws Failure `artifact-missing`, `artifact-damaged` */
export async function rulesOfLedger(
  store: BlobStore,
  digest: string,
  signal?: AbortSignal,
): Promise<LedgerRules | null> {
  const found = await artifactFile(store, digest, "data.parquet");
  if (!found) return null;
  const { ledgerRules } = await import("@/engines/table");
  return (await ledgerRules(found.file, signal)) ?? null;
}
