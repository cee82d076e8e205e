/** "Only this": what comes before the targets is not run again, but taken as it came out last. */
import type { GraphFile } from "@/graph/document";
import { withAncestors } from "@/graph/topology";
import type { NodeResult } from "@/server/overview/graph-results";

/** Ancestors of the targets with stored outputs are frozen to them; one that never ran has to run. Pure. */
export function onLastResults(
  file: GraphFile,
  targets: readonly string[],
  results: Readonly<Record<string, Pick<NodeResult, "last">>>,
): GraphFile {
  const before = withAncestors(file, targets);
  for (const target of targets) before.delete(target);
  const nodes = file.nodes.map((node) => {
    const outputs = Object.entries(results[node.id]?.last?.outputs ?? {});
    const asIs = !before.has(node.id) || !outputs.length || (node.state ?? "active") !== "active";
    if (asIs) return node;
    const frozen = Object.fromEntries(outputs.map(([port, { digest }]) => [port, digest]));
    return { ...node, state: "frozen" as const, frozen };
  });
  return { ...file, nodes };
}
