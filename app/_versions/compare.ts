import { useMemo } from "react";
import { useModel, useView } from "@/app/_editor/context";
import { diffGraphs, type GraphDiff } from "@/graph/diff";
import type { GraphFile } from "@/graph/document";
import type { Compared } from "./compared";

export type Comparison = { version: Compared; draft: GraphFile; diff: GraphDiff };

/** What the draft changed since the version that is looked at. */
export function useComparison(): Comparison | undefined {
  const version = useView((v) => v.compare);
  const draft = useModel((m) => m.file);
  return useMemo(
    () => (version ? { version, draft, diff: diffGraphs(version.file, draft) } : undefined),
    [version, draft],
  );
}
