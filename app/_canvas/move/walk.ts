/** Where things stand on the stage, and the way from one node to the next. */
import type { Editor } from "@/app/_editor/context";
import { parsePortRef } from "@/graph/document";
import { onRaster, type Point, type Rect, touches } from "../arrange/geometry";
import { select } from "../edit/commands";
import { type Flow, rectOf } from "../look/flow";
import { focusNode } from "./focus";

/** The middle of what is seen, in flow coordinates. */
export function middleOf(flow: Flow): [number, number] {
  return onRaster(
    flow.screenToFlowPosition({ x: window.innerWidth / 2 - 60, y: window.innerHeight / 2 - 40 }),
  );
}

/** Where something goes that a person asked for: under the pointer, else in the middle. */
export const placeFor = (flow: Flow, at: Point | undefined): [number, number] =>
  at ? onRaster(flow.screenToFlowPosition(at)) : middleOf(flow);

export function rectsOf(flow: Flow, ids: readonly string[]): Map<string, Rect> {
  return new Map(
    ids.flatMap((id): [string, Rect][] => {
      const rect = flow.rectOf(id);
      return rect ? [[id, rect]] : [];
    }),
  );
}

/** In the middle of the nodes of two ports. */
export function between(flow: Flow, from: string, to: string, lower = 0): [number, number] {
  const [a, b] = [from, to].map((ref) => flow.rectOf(parsePortRef(ref).node));
  return a && b ? [(a.x + b.x) / 2, (a.y + b.y) / 2 + lower] : [0, 0];
}

/** How much lower a node goes that adapts what the one hands to the other. */
export const ADAPTER_LOWER = 20;

/** Between a node and the one that is put after it. */
const GAP = 68;
const STEP = 48;

/** Where a node goes that nobody drags: after the chosen one, else in the middle, and never onto another. */
export function freePlace(editor: Editor, flow: Flow): [number, number] {
  const rects = flow.nodes().flatMap((n) => rectOf(n) ?? []);
  const chosen = flow.rectOf(editor.view.getState().selected.at(-1) ?? "");
  let [x, y] = chosen ? [chosen.x + chosen.width + GAP, chosen.y] : middleOf(flow);
  const taken = () => rects.some((rect) => touches(rect, { x, y, ...NEW_NODE }));
  while (taken()) y += STEP;
  return onRaster({ x, y });
}

/** About as large as most kinds are drawn. */
export const NEW_NODE = { width: 172, height: 120 };

/** Moves the stage when a node is not wholly in sight. */
export function bringIntoSight(flow: Flow, rect: Rect | undefined): void {
  const stage = document.querySelector(".canvas")?.getBoundingClientRect();
  if (!rect || !stage) return;
  const from = flow.flowToScreenPosition(rect);
  const to = flow.flowToScreenPosition({ x: rect.x + rect.width, y: rect.y + rect.height });
  const seen = from.x >= stage.left && from.y >= stage.top && to.x <= stage.right && to.y <= stage.bottom;
  if (seen) return;
  const middle = [rect.x + rect.width / 2, rect.y + rect.height / 2] as const;
  void flow.setCenter(...middle, { zoom: flow.getZoom(), duration: 160 });
}

/** Chooses the nearest node in a direction. */
export function walk(editor: Editor, flow: Flow, dx: number, dy: number): void {
  const nodes = flow.nodes().filter((n) => n.type !== "frame" && n.type !== "note");
  const from = nodes.find((n) => n.id === editor.view.getState().selected.at(-1));
  if (!from) {
    select(
      editor,
      nodes.slice(0, 1).map((n) => n.id),
    );
    return;
  }
  const ranked = nodes.flatMap((n) => {
    const x = n.position.x - from.position.x;
    const y = n.position.y - from.position.y;
    const ahead = x * dx + y * dy;
    const aside = Math.abs(x * dy) + Math.abs(y * dx);
    return n.id !== from.id && ahead > 0 && ahead >= aside * 0.5
      ? [{ id: n.id, rank: ahead + aside * 2 }]
      : [];
  });
  const best = ranked.sort((a, b) => a.rank - b.rank)[0];
  if (!best) return;
  select(editor, [best.id]);
  focusNode(best.id);
  bringIntoSight(flow, flow.rectOf(best.id));
}
