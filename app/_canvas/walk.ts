/** Where things stand on the stage, and the way from one node to the next. */
import type { useReactFlow } from "@xyflow/react";
import type { Editor } from "@/app/_editor/context";
import { select } from "./commands";
import type { Rect } from "./geometry";

type Flow = ReturnType<typeof useReactFlow>;
const RASTER = 4;

/** The middle of what is seen, in flow coordinates. */
export function middleOf(flow: Flow): [number, number] {
  const { x, y } = flow.screenToFlowPosition({
    x: window.innerWidth / 2 - 60,
    y: window.innerHeight / 2 - 40,
  });
  return [Math.round(x / RASTER) * RASTER, Math.round(y / RASTER) * RASTER];
}

export function rectsOf(flow: Flow, ids: readonly string[]): Map<string, Rect> {
  return new Map(
    ids.flatMap((id): [string, Rect][] => {
      const node = flow.getInternalNode(id);
      const { width, height } = node?.measured ?? {};
      return node && width && height ? [[id, { ...node.position, width, height }]] : [];
    }),
  );
}

/** Chooses the nearest node in a direction. */
export function walk(editor: Editor, flow: Flow, dx: number, dy: number): void {
  const nodes = flow.getNodes().filter((n) => n.type !== "frame" && n.type !== "note");
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
  if (best) select(editor, [best.id]);
}
