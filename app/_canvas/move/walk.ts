/** Where things stand on the stage, and the way from one node to the next. */
import type { Editor } from "@/app/_editor/context";
import { parsePortRef } from "@/graph/document";
import { onRaster, type Point, type Rect } from "../arrange/geometry";
import { select } from "../edit/commands";
import { standing } from "../edit/standing";
import type { Flow } from "../look/flow";
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

/** Beside the chosen node, if one is chosen. */
export function besideChosen(editor: Editor): [number, number] | undefined {
  const chosen = standing(editor).get(editor.view.getState().selected.at(-1) ?? "");
  return chosen && onRaster({ x: chosen.x + chosen.width + GAP, y: chosen.y });
}

/** Where a node goes that nobody drags: after the chosen one, else in the middle. It gives way to what stands there. */
export const freePlace = (editor: Editor, flow: Flow): [number, number] =>
  besideChosen(editor) ?? middleOf(flow);

/** About as large as most kinds are drawn. */
export const NEW_NODE = { width: 172, height: 120 };

/** Clear space between what is brought into sight and the edge of what is seen. */
const MARGIN = 16;

/** Moves the stage, no further than it must, when a node is not wholly in sight: the inspector may lie over the stage. */
export function bringIntoSight(flow: Flow, rect: Rect | undefined): void {
  const stage = document.querySelector(".canvas")?.getBoundingClientRect();
  if (!rect || !stage) return;
  const panel = document.querySelector(".editor .inspector")?.getBoundingClientRect();
  const right = panel?.width ? Math.min(stage.right, panel.left) : stage.right;
  const from = flow.flowToScreenPosition(rect);
  const to = flow.flowToScreenPosition({ x: rect.x + rect.width, y: rect.y + rect.height });
  const dx = shift(from.x, to.x, stage.left + MARGIN, right - MARGIN);
  const dy = shift(from.y, to.y, stage.top + MARGIN, stage.bottom - MARGIN);
  if (!dx && !dy) return;
  const middle = flow.screenToFlowPosition(
    { x: (stage.left + stage.right) / 2 + dx, y: (stage.top + stage.bottom) / 2 + dy },
    { snapToGrid: false },
  );
  void flow.setCenter(middle.x, middle.y, { zoom: flow.getZoom(), duration: 160 });
}

/** How far what is seen moves along an axis so that a stretch lies in it: nothing where it does, its beginning where it is too long. */
const shift = (from: number, to: number, least: number, most: number): number =>
  from < least ? from - least : to > most ? Math.min(to - most, from - least) : 0;

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
