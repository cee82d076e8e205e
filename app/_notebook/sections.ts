/** The notebook's order: topological, grouped by category while neighbours share it; notes after their node. Pure. */
import type { Catalogue, Category } from "@/graph/define-node";
import type { GraphFile, GraphNode, GraphNote } from "@/graph/document";

export type Entry = { node: GraphNode; notes: GraphNote[] };
export type Section = { category: Category | undefined; entries: Entry[] };

const RANK: Record<Category, number> = { data: 0, clean: 1, model: 2, train: 3, evaluate: 4, ship: 5 };

export function sections(
  file: GraphFile,
  order: readonly string[],
  catalogue: Catalogue,
): { intro: GraphNote[]; sections: Section[] } {
  const left = new Set(file.nodes.map((n) => n.id));
  const sorted = byCategory(file, order, catalogue);
  const notesOf = (id: string | undefined) =>
    (file.notes ?? []).filter((n) => (n.after && left.has(n.after) ? n.after : undefined) === id);
  const made: Section[] = [];
  for (const node of sorted) {
    const category = catalogue[node.kind]?.category;
    const last = made.at(-1);
    const entry = { node, notes: notesOf(node.id) };
    if (last && last.category === category) last.entries.push(entry);
    else made.push({ category, entries: [entry] });
  }
  return { intro: notesOf(undefined), sections: made };
}

/** A topological order that stays in one category as long as it can, so that a notebook has few sections. */
function byCategory(file: GraphFile, order: readonly string[], catalogue: Catalogue): GraphNode[] {
  const nodes = new Map(file.nodes.map((n) => [n.id, n]));
  const place = new Map(order.map((id, k) => [id, k]));
  const parents = new Map(file.nodes.map((n) => [n.id, new Set<string>()]));
  for (const wire of file.wires) {
    const [from, to] = [wire.from.split(".")[0]!, wire.to.split(".")[0]!];
    if (nodes.has(from)) parents.get(to)?.add(from);
  }
  const rank = (id: string) => RANK[catalogue[nodes.get(id)?.kind ?? ""]?.category ?? "ship"];
  const waiting = new Set(order.filter((id) => nodes.has(id)));
  const sorted: GraphNode[] = [];
  let current = -1;
  while (waiting.size) {
    const ready = [...waiting].filter((id) => [...(parents.get(id) ?? [])].every((p) => !waiting.has(p)));
    if (!ready.length) break;
    ready.sort(
      (a, b) =>
        Number(rank(a) !== current) - Number(rank(b) !== current) ||
        rank(a) - rank(b) ||
        place.get(a)! - place.get(b)!,
    );
    const next = ready[0]!;
    current = rank(next);
    waiting.delete(next);
    sorted.push(nodes.get(next)!);
  }
  const placed = new Set(sorted.map((n) => n.id));
  return [...sorted, ...file.nodes.filter((n) => !placed.has(n.id))];
}
