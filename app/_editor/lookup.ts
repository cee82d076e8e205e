/** Finds parts of a draft by id. The index is kept with its list, so that many readers do not search it again and again. */
import type { GraphFile } from "@/graph/document";
import type { Problem } from "@/graph/problems";

/** What is built of a list, once for as long as the list is the same. */
export const once = <List extends object, Index>(build: (list: List) => Index) => {
  const known = new WeakMap<List, Index>();
  return (list: List): Index => {
    const made = known.get(list) ?? build(list);
    known.set(list, made);
    return made;
  };
};

type Wires = GraphFile["wires"];

export const nodesById = once((nodes: GraphFile["nodes"]) => new Map(nodes.map((n) => [n.id, n])));
/** Wires by the input they end in. */
export const wiresByTarget = once((wires: Wires) => new Map(wires.map((w) => [w.to, w])));
/** The first input that each output is wired to. */
export const firstTargets = once((wires: Wires) => new Map([...wires].reverse().map((w) => [w.from, w.to])));
/** The first problem of each node that is in the way of a run. */
export const errorsByNode = once(
  (problems: readonly Problem[]) =>
    new Map(
      [...problems]
        .reverse()
        .flatMap((p) => (p.severity === "error" && p.node ? [[p.node, p] as const] : [])),
    ),
);
