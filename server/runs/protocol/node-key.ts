/** The inputs of a node as its parents left them, and the text whose hash is its cache key. Pure. */
import { cacheKeyText } from "@/graph/cache-key";
import type { ArtifactRef, Outputs } from "./decision";
import type { PlannedNode } from "./execution-plan";

export type NodeInput = { port: string; slot: string; list: boolean; artifact: ArtifactRef };

/** Optional inputs whose parent gave nothing are left out. */
export function inputsOf(node: PlannedNode, outputsOf: (nodeId: string) => Outputs | undefined): NodeInput[] {
  return node.inputs.flatMap(({ port, slot, list, node: from, output }) => {
    const artifact = outputsOf(from)?.[output];
    return artifact ? [{ port, slot, list, artifact }] : [];
  });
}

export function nodeKeyText(
  team: string,
  node: PlannedNode,
  inputs: readonly NodeInput[],
  fingerprint: Record<string, string | number> | undefined,
): string {
  const named = inputs.map(({ port, slot, list, artifact }) => [
    list ? `${port}[${slot}]` : port,
    artifact.digest,
  ]);
  return cacheKeyText({
    team,
    kind: node.kind,
    version: node.version,
    codeVersion: node.codeVersion,
    params: node.params,
    inputs: Object.fromEntries(named),
    ...(node.files ? { files: node.files } : {}),
    ...(fingerprint ? { fingerprint } : {}),
  });
}
