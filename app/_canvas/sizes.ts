/** Sizes of nodes before the browser has measured them. */
import type { Catalogue } from "@/graph/define-node";
import type { GraphNode } from "@/graph/document";
import type { Size } from "./arrange";

export const NODE_WIDTH = 172;
export const NODE_WIDTH_LARGE = 200;

export const widthOf = (kind: string) => (kind === "lora-train" ? NODE_WIDTH_LARGE : NODE_WIDTH);

export function guessSize(node: Pick<GraphNode, "kind">, catalogue: Catalogue): Size {
  const definition = catalogue[node.kind];
  const rows = Math.max(
    Object.keys(definition?.inputs ?? {}).length,
    Object.keys(definition?.outputs ?? {}).length,
  );
  const telling = definition?.telling?.length ?? 0;
  const trains = node.kind === "lora-train" ? 81 : 0;
  return { width: widthOf(node.kind), height: 30 + rows * 18 + 3 + telling * 17 + 8 + 24 + trains };
}
