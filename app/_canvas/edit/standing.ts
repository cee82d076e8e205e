/** What stands on the canvas, from the draft alone: places are kept there and sizes are counted. */
import type { Editor } from "@/app/_editor/context";
import type { Catalogue } from "@/graph/define-node";
import type { GraphFile, GraphNode } from "@/graph/document";
import type { Layout } from "../arrange/arrange";
import { freeSpot } from "../arrange/free-spot";
import { hull, type Rect } from "../arrange/geometry";
import { noteSize, sizeOf } from "../arrange/sizes";
import { drawGraph } from "../look/drawn";

export type Rects = ReadonlyMap<string, Rect>;
type ParamsOf = (node: GraphNode) => Readonly<Record<string, unknown>>;

/** The rectangles of nodes, subgraphs and notes as they are drawn; those that have no place are left out. */
export function rectsIn(
  file: GraphFile,
  catalogue: Catalogue,
  inside?: string,
  params: ParamsOf = (node) => node.params,
): Map<string, Rect> {
  const drawn = drawGraph(file, catalogue, inside);
  const found = new Map<string, Rect>();
  const put = (id: string, size: { width: number; height: number }) => {
    const at = drawn.file.layout?.[id];
    if (at) found.set(id, { x: at[0], y: at[1], ...size });
  };
  for (const node of drawn.file.nodes)
    put(node.id, sizeOf({ kind: node.kind, params: params(node) }, drawn.catalogue));
  for (const { id, markdown } of drawn.file.notes ?? []) put(id, noteSize(markdown));
  return found;
}

/** What stands there now, or would if the file were changed. */
export function standing(editor: Editor, change: Partial<GraphFile> = {}): Map<string, Rect> {
  const { file, inferred } = editor.model.store.getState();
  const { inside } = editor.view.getState();
  return rectsIn({ ...file, ...change }, editor.catalogue, inside, (n) => inferred.params[n.id] ?? n.params);
}

/** The nearest place to the wanted one at which a node lies on no other. */
export function freeFor(
  editor: Editor,
  node: Pick<GraphNode, "kind" | "params">,
  [x, y]: [number, number],
  but?: string,
): [number, number] {
  const others = [...standing(editor)].flatMap(([id, rect]) => (id === but ? [] : [rect]));
  return freeSpot(others, { x, y, ...sizeOf(node, editor.catalogue) });
}

/** Where these go, each as far from the other as before, so that none lies on anything else; nothing where all is free. */
export function freed(rects: Rects, ids: readonly string[]): Layout {
  const mine = new Set(ids);
  const own = [...rects].filter(([id]) => mine.has(id));
  const around = hullOf(own.map(([, rect]) => rect));
  if (!around) return {};
  const others = [...rects].flatMap(([id, rect]) => (mine.has(id) ? [] : [rect]));
  const [x, y] = freeSpot(others, around);
  const [dx, dy] = [x - around.x, y - around.y];
  if (Math.abs(dx) + Math.abs(dy) < MOVED) return {};
  return Object.fromEntries(own.map(([id, r]): [string, [number, number]] => [id, [r.x + dx, r.y + dy]]));
}

export function hullOf([first, ...rest]: readonly Rect[]): Rect | undefined {
  return first && rest.reduce(hull, first);
}

/** Less is rounding to the raster. */
const MOVED = 4;
