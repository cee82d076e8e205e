/** Order, ancestors and cycles of a graph. */
import { type GraphFile, type GraphWire, type PortRef, parsePortRef } from "./document";

export type Links = { parents: Map<string, Set<string>>; children: Map<string, Set<string>> };

/** Wires to nodes that are not there are ignored: checks report them. */
export function links(file: Pick<GraphFile, "nodes" | "wires">): Links {
  const parents = new Map(file.nodes.map((n) => [n.id, new Set<string>()]));
  const children = new Map(file.nodes.map((n) => [n.id, new Set<string>()]));
  for (const wire of file.wires) {
    const from = parsePortRef(wire.from).node;
    const to = parsePortRef(wire.to).node;
    if (!parents.has(from) || !parents.has(to)) continue;
    parents.get(to)?.add(from);
    children.get(from)?.add(to);
  }
  return { parents, children };
}

export type WireInto = { wire: GraphWire; from: PortRef; to: PortRef };
const none: readonly WireInto[] = [];
const indexes = new WeakMap<readonly GraphWire[], Map<string, WireInto[]>>();

/** The wires that end at a node, in the order of the file. Indexed once for a list of wires, which is never changed in place. */
export function wiresInto({ wires }: Pick<GraphFile, "wires">, id: string): readonly WireInto[] {
  let index = indexes.get(wires);
  if (!index) {
    index = new Map();
    for (const wire of wires) {
      const to = parsePortRef(wire.to);
      const list = index.get(to.node) ?? [];
      list.push({ wire, from: parsePortRef(wire.from), to });
      index.set(to.node, list);
    }
    indexes.set(wires, index);
  }
  return index.get(id) ?? none;
}

/** Topological order, ties by id so that it does not depend on the file's order. Nodes on or below a cycle are left out. */
export function topologicalOrder(file: Pick<GraphFile, "nodes" | "wires">): string[] {
  const { parents, children } = links(file);
  const missing = new Map([...parents].map(([id, set]) => [id, set.size]));
  const ready = [...missing]
    .filter(([, n]) => n === 0)
    .map(([id]) => id)
    .sort();
  const order: string[] = [];
  // `ready` grows while it is read.
  for (const id of ready) {
    order.push(id);
    const freed: string[] = [];
    for (const child of children.get(id) ?? []) {
      const left = (missing.get(child) ?? 0) - 1;
      missing.set(child, left);
      if (left === 0) freed.push(child);
    }
    for (const child of freed.sort()) ready.push(child);
  }
  return order;
}

/** Node ids of one cycle, in order, or undefined. */
export function findCycle(file: Pick<GraphFile, "nodes" | "wires">): string[] | undefined {
  const { parents } = links(file);
  const ordered = new Set(topologicalOrder(file));
  // Every node left out has a parent left out: walking up must come back to a node already seen.
  let at = file.nodes.find((n) => !ordered.has(n.id))?.id;
  const path = new Map<string, number>();
  while (at !== undefined) {
    const seen = path.get(at);
    if (seen !== undefined) return [...path.keys()].slice(seen).reverse();
    path.set(at, path.size);
    at = [...(parents.get(at) ?? [])].find((p) => !ordered.has(p));
  }
  return undefined;
}

function reach(start: Iterable<string>, next: Map<string, Set<string>>): Set<string> {
  const seen = new Set<string>();
  const stack = [...start];
  for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    for (const one of next.get(id) ?? []) stack.push(one);
  }
  return seen;
}

/** The nodes themselves and all that they need. */
export const withAncestors = (file: Pick<GraphFile, "nodes" | "wires">, ids: Iterable<string>) =>
  reach(ids, links(file).parents);
/** The nodes themselves and all that need them. */
export const withDescendants = (file: Pick<GraphFile, "nodes" | "wires">, ids: Iterable<string>) =>
  reach(ids, links(file).children);

export function wouldCycle(
  file: Pick<GraphFile, "nodes" | "wires">,
  wire: Pick<GraphWire, "from" | "to">,
): boolean {
  const from = parsePortRef(wire.from).node;
  const to = parsePortRef(wire.to).node;
  return from === to || withDescendants(file, [to]).has(from);
}

/** The graph cut down to the targets and their ancestors; the whole graph when there are no targets. */
export function subgraph<G extends Pick<GraphFile, "nodes" | "wires">>(
  file: G,
  targets: readonly string[],
): G {
  if (!targets.length) return file;
  const keep = withAncestors(file, targets);
  return {
    ...file,
    nodes: file.nodes.filter((n) => keep.has(n.id)),
    wires: file.wires.filter((w) => keep.has(parsePortRef(w.from).node) && keep.has(parsePortRef(w.to).node)),
  };
}
