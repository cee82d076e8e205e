/** The wires that a new node gets by itself: those for which there is exactly one way. Pure. */
import { canConnect } from "@/graph/connect";
import type { AnyNode, Catalogue } from "@/graph/define-node";
import { formatPortRef, type GraphFile, type GraphNode } from "@/graph/document";
import type { PortType } from "@/graph/ports";

export type Way = { from: string; to: string };

/**
 * `first`: a wire that the node has already. `after`: the chosen node, from which it gets one where one of its main
 * outputs and one input go together in exactly one way: inputs that are needed count before optional ones. Then each
 * other input that is needed is fed where one main output of the graph alone fits, and never data: which rows go
 * where is for a person to say. Nothing where the node follows nothing.
 */
export function waysIn(
  file: GraphFile,
  node: GraphNode,
  catalogue: Catalogue,
  types: Record<string, PortType>,
  { first, after }: { first?: Way | undefined; after?: string | undefined },
): Way[] {
  const definition = catalogue[node.kind];
  if (!definition) return [];
  const grown = { ...file, nodes: [...file.nodes, node] };
  const fits = (from: string, to: string) => canConnect(grown, from, to, catalogue, types).ok;
  const between = (outputs: readonly string[], inputs: readonly string[]): Way[] =>
    outputs.flatMap((from) => inputs.filter((to) => fits(from, to)).map((to) => ({ from, to })));
  const inputs = inputsOf(node.id, definition);

  let start = first;
  if (!start && after) {
    const source = file.nodes.find((n) => n.id === after);
    const outputs = source ? outputsOf(source, catalogue) : [];
    const needed = between(outputs, inputs.needed);
    const ways = needed.length ? needed : between(outputs, inputs.optional);
    start = ways.length === 1 ? ways[0] : undefined;
  }
  if (!start) return [];

  const everything = file.nodes.flatMap((n) => outputsOf(n, catalogue));
  const others = inputs.needed.filter((to) => to !== start.to && !inputs.data.has(to));
  const found = others.flatMap((to) => {
    const ways = between(everything, [to]);
    return ways.length === 1 ? ways : [];
  });
  return [...(first ? [] : [start]), ...found];
}

function inputsOf(id: string, { inputs }: AnyNode) {
  const ref = (port: string) => formatPortRef({ node: id, port });
  const of = (optional: boolean) =>
    Object.entries(inputs).flatMap(([port, spec]) =>
      Boolean(spec.optional) === optional ? [ref(port)] : [],
    );
  const data = Object.entries(inputs).flatMap(([port, { want }]) =>
    want.type === "dataset" || want.type === "tokens" ? [ref(port)] : [],
  );
  return { needed: of(false), optional: of(true), data: new Set(data) };
}

const outputsOf = ({ id, kind }: GraphNode, catalogue: Catalogue): string[] =>
  Object.entries(catalogue[kind]?.outputs ?? {}).flatMap(([port, spec]) =>
    spec.secondary ? [] : [formatPortRef({ node: id, port })],
  );
