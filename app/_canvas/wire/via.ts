/** Points that a wire is led through. */
import type { Editor } from "@/app/_editor/context";
import { setVia } from "@/graph/draft";
import { onRaster, type Point } from "../arrange/geometry";
import type { CanvasStore } from "../canvas-store";
import type { Flow } from "../look/flow";
import { distance } from "./splice";

export const viaOf = (editor: Editor, to: string): [number, number][] =>
  editor.model.store.getState().file.wires.find((w) => w.to === to)?.via ?? [];

/** A new point where the wire was pressed, between the points on either side of it. */
export function addVia(
  editor: Editor,
  store: CanvasStore,
  flow: Flow,
  to: string,
  at: { clientX: number; clientY: number },
): void {
  const point = flow.screenToFlowPosition({ x: at.clientX, y: at.clientY });
  const route = store.getState().routes.get(to) ?? [];
  const via = viaOf(editor, to);
  setVia(editor.model.doc, to, withPoint(via, route, point));
  editor.view.setState({ wires: [to] });
}

export function withPoint(
  via: readonly [number, number][],
  route: readonly Point[],
  point: Point,
): [number, number][] {
  const along = (p: Point): number => {
    let before = 0;
    let best = { away: Number.POSITIVE_INFINITY, at: 0 };
    for (let k = 1; k < route.length; k++) {
      const stretch = [route[k - 1]!, route[k]!];
      const away = distance(stretch, p);
      const into = Math.hypot(p.x - stretch[0]!.x, p.y - stretch[0]!.y);
      if (away < best.away) best = { away, at: before + into };
      before += Math.hypot(stretch[1]!.x - stretch[0]!.x, stretch[1]!.y - stretch[0]!.y);
    }
    return best.at;
  };
  const at = along(point);
  const k = via.findIndex(([x, y]) => along({ x, y }) > at);
  const place = k < 0 ? via.length : k;
  return [...via.slice(0, place), onRaster(point), ...via.slice(place)];
}
