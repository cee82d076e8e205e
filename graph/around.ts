/** What a preview may know of the graph around its node: neighbours, their stored outputs and metrics. Pure. */
import type { GraphFile, GraphNode } from "./document";
import type { OutputView } from "./run-view";

export type GraphAround = {
  nodes: readonly GraphNode[];
  /** The output (`node.port`) that feeds an input. */
  into(nodeId: string, port: string): string | undefined;
  outputs(nodeId: string): Readonly<Record<string, OutputView>>;
  metrics(nodeId: string): Readonly<Record<string, number>>;
};

type Known = Readonly<
  Record<string, { outputs: Readonly<Record<string, OutputView>>; metrics: Readonly<Record<string, number>> }>
>;

export function graphAround(file: Pick<GraphFile, "nodes" | "wires">, known: Known): GraphAround {
  const feeds = new Map(file.wires.map((wire) => [wire.to, wire.from]));
  return {
    nodes: file.nodes,
    into: (nodeId, port) => feeds.get(`${nodeId}.${port}`),
    outputs: (nodeId) => known[nodeId]?.outputs ?? {},
    metrics: (nodeId) => known[nodeId]?.metrics ?? {},
  };
}
