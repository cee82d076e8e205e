/** Every wire that a node could have, for people who draw none: each output into each input that takes it. Pure. */
import { canConnect } from "@/graph/connect";
import type { Catalogue } from "@/graph/define-node";
import { formatPortRef, type GraphFile, parsePortRef } from "@/graph/document";
import type { PortType } from "@/graph/ports";

export type PossibleWire = {
  from: string;
  to: string;
  /** The output that feeds this input now. */
  replaces?: string;
  /** A kind that goes between the two. */
  adapter?: string;
};

/** Those that fit come first, into empty inputs before taken ones; then those that a node between makes fit. */
export function possibleWires(
  file: GraphFile,
  id: string,
  catalogue: Catalogue,
  types: Record<string, PortType>,
): PossibleWire[] {
  const ports = (node: string, side: "inputs" | "outputs") => {
    const kind = file.nodes.find((one) => one.id === node)?.kind ?? "";
    return Object.keys(catalogue[kind]?.[side] ?? {}).map((port) => formatPortRef({ node, port }));
  };
  const others = file.nodes.filter((one) => one.id !== id).map((one) => one.id);
  const pairs = [
    ...ports(id, "outputs").flatMap((from) =>
      others.flatMap((other) => ports(other, "inputs").map((to) => [from, to] as const)),
    ),
    ...others.flatMap((other) =>
      ports(other, "outputs").flatMap((from) => ports(id, "inputs").map((to) => [from, to] as const)),
    ),
  ];
  const drawn = new Set(file.wires.map((wire) => `${wire.from} ${inputOf(wire.to)}`));
  const found = pairs.flatMap(([from, to]): PossibleWire[] => {
    if (drawn.has(`${from} ${to}`)) return [];
    const verdict = canConnect(file, from, to, catalogue, types);
    if (verdict.ok) {
      const { replaces } = verdict;
      return [{ from, to: verdict.to, ...(replaces === undefined ? {} : { replaces }) }];
    }
    const { adapter } = verdict.problem;
    return adapter ? [{ from, to, adapter }] : [];
  });
  /** Ledgers and reports are seldom what a person means. */
  const aside = (from: string) => {
    const { node, port } = parsePortRef(from);
    const kind = file.nodes.find((one) => one.id === node)?.kind ?? "";
    return catalogue[kind]?.outputs[port]?.secondary ? 1 : 0;
  };
  const rank = (wire: PossibleWire) => (wire.adapter ? 4 : wire.replaces ? 2 : 0) + aside(wire.from);
  return found.sort((a, b) => rank(a) - rank(b));
}

/** Without the slot of a list. */
const inputOf = (to: string) => {
  const { node, port } = parsePortRef(to);
  return formatPortRef({ node, port });
};
