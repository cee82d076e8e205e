/** Automatic layout: nodes that follow one another without a choice stand in a column, columns are layered left to right by elk. */

import type { Catalogue } from "@/graph/define-node";
import { type GraphFile, parsePortRef } from "@/graph/document";
import { topologicalOrder } from "@/graph/topology";
import { onRaster } from "./geometry";

export type Size = { width: number; height: number };
export type Layout = Record<string, [number, number]>;

const GAP_DOWN = 32;
const GAP_ACROSS = 76;
const GAP_BETWEEN = 36;
/** A column taller than this continues in the next one: the height with which the graph shows largest is taken. */
const TALLEST = [380, 520, 660, 820, 1040];
/** What is seen of the canvas on a common screen. */
const VIEW: Size = { width: 900, height: 690 };
const NOTE_STEP = 220;

/** Columns of node ids, each from top to bottom. */
export function columns(
  file: GraphFile,
  catalogue: Catalogue,
  size: (id: string) => Size,
  tallest: number,
): string[][] {
  const incoming = new Map<string, number>();
  for (const { to } of file.wires) {
    const { node } = parsePortRef(to);
    incoming.set(node, (incoming.get(node) ?? 0) + 1);
  }
  const kinds = new Map(file.nodes.map((n) => [n.id, catalogue[n.kind]]));
  const next = new Map<string, string>();
  const follows = new Set<string>();
  const uses = new Map<string, number>();
  for (const { from } of file.wires) uses.set(from, (uses.get(from) ?? 0) + 1);
  for (const wire of file.wires) {
    const [from, to] = [parsePortRef(wire.from), parsePortRef(wire.to)];
    const output = kinds.get(from.node)?.outputs[from.port];
    const outputs = file.wires.filter((w) => parsePortRef(w.from).node === from.node);
    const alone = incoming.get(to.node) === 1 && uses.get(wire.from) === 1 && outputs.length === 1;
    if (!alone || output?.secondary || next.has(from.node)) continue;
    next.set(from.node, to.node);
    follows.add(to.node);
  }
  const order = topologicalOrder(file);
  const ids = [...order, ...file.nodes.map((n) => n.id).filter((id) => !order.includes(id))];
  const made: string[][] = [];
  for (const head of ids.filter((id) => !follows.has(id))) {
    let column: string[] = [];
    let height = 0;
    for (let id: string | undefined = head; id !== undefined; id = next.get(id)) {
      const tall = size(id).height;
      if (column.length && height + tall > tallest) {
        made.push(column);
        column = [];
        height = 0;
      }
      column.push(id);
      height += tall + GAP_DOWN;
    }
    made.push(column);
  }
  return made;
}

export async function arrange(
  file: GraphFile,
  catalogue: Catalogue,
  size: (id: string) => Size,
): Promise<Layout> {
  if (!file.nodes.length) return {};
  const tried = new Map(
    TALLEST.map((tallest) => columns(file, catalogue, size, tallest)).map((made) => [
      JSON.stringify(made),
      made,
    ]),
  );
  const layouts = await Promise.all([...tried.values()].map((made) => layered(file, made, size)));
  const best = layouts.reduce((a, b) => (scaleOf(b, size) > scaleOf(a, size) ? b : a));
  return { ...best, ...placeNotes(file, best, size) };
}

/** Notes stand in a row below the graph, in the order of the nodes they follow. */
function placeNotes(file: GraphFile, layout: Layout, size: (id: string) => Size): Layout {
  const bottom = Math.max(...Object.entries(layout).map(([id, [, y]]) => y + size(id).height));
  const left = Math.min(...Object.values(layout).map(([x]) => x));
  const across = (id: string | undefined) => layout[id ?? ""]?.[0] ?? left;
  const notes = [...(file.notes ?? [])].sort((a, b) => across(a.after) - across(b.after));
  return Object.fromEntries(notes.map(({ id }, k) => [id, [left + k * NOTE_STEP, bottom + GAP_BETWEEN]]));
}

/** How large the whole graph could be shown. */
export function scaleOf(layout: Layout, size: (id: string) => Size): number {
  const rects = Object.entries(layout).map(([id, [x, y]]) => ({ x, y, ...size(id) }));
  const across = Math.max(...rects.map((r) => r.x + r.width)) - Math.min(...rects.map((r) => r.x));
  const down = Math.max(...rects.map((r) => r.y + r.height)) - Math.min(...rects.map((r) => r.y));
  return Math.min(1, VIEW.width / across, VIEW.height / down);
}

async function layered(file: GraphFile, made: string[][], size: (id: string) => Size): Promise<Layout> {
  const columnOf = new Map(made.flatMap((column, k) => column.map((id) => [id, k] as const)));
  const box = made.map((column) => ({
    width: Math.max(...column.map((id) => size(id).width)),
    height: column.reduce((sum, id) => sum + size(id).height + GAP_DOWN, -GAP_DOWN),
  }));
  const edges = new Map<string, { id: string; sources: string[]; targets: string[] }>();
  for (const wire of file.wires) {
    const a = columnOf.get(parsePortRef(wire.from).node);
    const b = columnOf.get(parsePortRef(wire.to).node);
    if (a === undefined || b === undefined || a === b) continue;
    edges.set(`${a}>${b}`, { id: `${a}>${b}`, sources: [String(a)], targets: [String(b)] });
  }
  const { default: Elk } = await import("elkjs/lib/elk.bundled.js");
  const laid = await new Elk().layout({
    id: "graph",
    layoutOptions: {
      "elk.algorithm": "layered",
      "elk.direction": "RIGHT",
      "elk.layered.spacing.nodeNodeBetweenLayers": String(GAP_ACROSS),
      "elk.spacing.nodeNode": String(GAP_BETWEEN),
      "elk.layered.spacing.edgeNodeBetweenLayers": "16",
      "elk.layered.nodePlacement.strategy": "NETWORK_SIMPLEX",
      "elk.layered.considerModelOrder.strategy": "NODES_AND_EDGES",
      "elk.separateConnectedComponents": "true",
      "elk.spacing.componentComponent": "60",
    },
    children: box.map((b, k) => ({ id: String(k), ...b })),
    edges: [...edges.values()],
  });
  const layout: Layout = {};
  for (const child of laid.children ?? []) {
    const column = made[Number(child.id)] ?? [];
    const width = box[Number(child.id)]?.width ?? 0;
    let y = child.y ?? 0;
    for (const id of column) {
      const own = size(id);
      layout[id] = onRaster({ x: (child.x ?? 0) + (width - own.width) / 2, y });
      y += own.height + GAP_DOWN;
    }
  }
  return layout;
}
