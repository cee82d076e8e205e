/** The cache key of a node: one function for the plan and the run. Pure. */
import { cacheKeyText } from "../cache-key";
import type { PlannedNode } from "./execution-plan";

/** What arrives at a port; `slot` counts for a list port only. */
export type NodeInput<A> = { port: string; slot: string; list: boolean; artifact: A };

/** The inputs of a node as its parents left them. Optional inputs whose parent gave nothing are left out. */
export function inputsOf<A>(
  node: PlannedNode,
  outputsOf: (nodeId: string) => Readonly<Record<string, A>> | undefined,
): NodeInput<A>[] {
  return node.inputs.flatMap(({ port, slot, list, node: from, output }) => {
    const artifact = outputsOf(from)?.[output];
    return artifact ? [{ port, slot, list, artifact }] : [];
  });
}

/** `data`, or `data[faq]` of a list port. */
export const inputName = ({ port, slot, list }: Omit<NodeInput<unknown>, "artifact">): string =>
  list ? `${port}[${slot}]` : port;

/** The text whose hash is the key. */
export function nodeKeyText(
  team: string,
  node: PlannedNode,
  inputs: readonly NodeInput<{ digest: string }>[],
): string {
  return cacheKeyText({
    team,
    kind: node.kind,
    version: node.version,
    codeVersion: node.codeVersion,
    params: node.params,
    inputs: Object.fromEntries(inputs.map((input) => [inputName(input), input.artifact.digest])),
    ...(node.files ? { files: node.files } : {}),
    ...(node.placement ? { fingerprint: node.placement } : {}),
  });
}
