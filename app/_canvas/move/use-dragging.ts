"use client";
/** What happens to nodes that were dragged: they keep their places, and one let go on a wire goes into it. */
import type { Node } from "@xyflow/react";
import { useCallback, useMemo } from "react";
import { useEditor } from "@/app/_editor/context";
import { moveNodes } from "@/graph/draft";
import type { Layout } from "../arrange/arrange";
import type { CanvasStore } from "../canvas-store";
import { useFlow } from "../look/flow";
import { dropOnWire, fitOnWire, wireUnder } from "../wire/splice";

/** Where nodes stand after a drag: those that are drawn where they were let go, the other chosen ones as far from them as before. */
function placesAfter(moved: readonly Node[], chosen: readonly string[], before: Layout): Layout {
  const places: Layout = Object.fromEntries(
    moved.map((n): [string, [number, number]] => [n.id, [n.position.x, n.position.y]]),
  );
  const lead = chosen.find((id) => places[id] && before[id]);
  if (!lead) return places;
  const [x, y] = before[lead]!;
  const [dx, dy] = [places[lead]![0] - x, places[lead]![1] - y];
  for (const id of chosen) {
    const at = before[id];
    if (at && !places[id]) places[id] = [at[0] + dx, at[1] + dy];
  }
  return places;
}

export function useDragging(store: CanvasStore) {
  const editor = useEditor();
  const flow = useFlow();
  const { model, view, readOnly } = editor;

  const wireOf = useCallback(
    (moved: readonly Node[]): string | undefined => {
      const [one, ...more] = moved;
      const { width, height } = (one && flow.rectOf(one.id)) ?? {};
      const node = model.store.getState().file.nodes.find((n) => n.id === one?.id);
      const definition = editor.catalogue[node?.kind ?? ""];
      if (!one || more.length || !node || !definition || !width || !height) return undefined;
      return wireUnder(store.getState().routes, { ...one.position, width, height }, (to) =>
        Boolean(fitOnWire(editor, to, definition, node)),
      );
    },
    [editor, flow, model, store],
  );

  return useMemo(() => {
    const mark = (moved: readonly Node[]) => {
      const overWire = wireOf(moved);
      if (view.getState().overWire !== overWire) view.setState({ overWire });
    };
    const stop = (moved: readonly Node[]) => {
      if (readOnly) return;
      const { overWire, selected } = view.getState();
      const { layout } = model.store.getState().file;
      const places = placesAfter(moved, selected, layout ?? {});
      if (overWire && moved[0]) dropOnWire(editor, moved[0].id, overWire, places);
      else moveNodes(model.doc, places);
      view.setState({ overWire: undefined });
    };
    return {
      onNodeDragStart: () => view.setState({ peek: undefined }),
      onNodeDrag: (_: unknown, __: Node, moved: Node[]) => mark(moved),
      onNodeDragStop: (_: unknown, __: Node, moved: Node[]) => stop(moved),
      onSelectionDragStop: (_: unknown, moved: Node[]) => stop(moved),
    };
  }, [editor, model, view, readOnly, wireOf]);
}
