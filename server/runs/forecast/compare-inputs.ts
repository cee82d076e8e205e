/** How the rows of a dataset differ from those that a node saw last. */
import type { CompareInputs } from "@/graph/plan";
import type { BlobStore } from "@/server/artifacts";
import { artifactFile } from "@/server/artifacts/open";
import * as limits from "../limits";

/** Artifacts never change: what was compared once is known for good. */
const kept = new Map<string, ReturnType<CompareInputs>>();

export function inputComparer(store: BlobStore): CompareInputs {
  return (before, after) => {
    const pair = `${before} ${after}`;
    const known = kept.get(pair);
    if (known) return known;
    if (kept.size >= limits.keptComparisons) kept.delete(kept.keys().next().value!);
    const asked = compare(store, before, after);
    kept.set(pair, asked);
    return asked;
  };
}

async function compare(store: BlobStore, before: string, after: string): ReturnType<CompareInputs> {
  try {
    const [a, b] = await Promise.all(
      [before, after].map((digest) => artifactFile(store, digest, "data.parquet")),
    );
    if (!a || !b || a.size + b.size > limits.comparedBytes) return undefined;
    // Native: loaded when the first tables are compared.
    const { compareRows } = await import("@/engines/table");
    return await compareRows(a.file, b.file);
  } catch {
    // A plan is worth more than a count: bytes that are gone are said when they are needed.
    return undefined;
  }
}
