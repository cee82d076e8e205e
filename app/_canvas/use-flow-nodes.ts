"use client";
/** Nodes as React Flow holds them: places from the draft, sizes from the browser, moved freely while dragged. */
import { applyNodeChanges, type Node, type NodeChange } from "@xyflow/react";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useEditor, useView } from "@/app/_editor/context";
import type { Catalogue } from "@/graph/define-node";
import type { Layout } from "./arrange";
import type { Drawn } from "./drawn";
import { frameNodesOf } from "./frame-nodes";
import type { Rect } from "./geometry";
import { guessSize } from "./sizes";

export function useFlowNodes(drawn: Drawn, places: Layout) {
  const { view, readOnly } = useEditor();
  const { nodes: fileNodes, notes, layout } = drawn.file;
  const { catalogue, open, closed } = drawn;
  const selected = useView((v) => v.selected);
  const hand = useView((v) => v.tool === "hand");
  const [nodes, setNodes] = useState<Node[]>([]);

  useEffect(() => {
    setNodes((before) => {
      const old = new Map(before.map((n) => [n.id, n]));
      const frames = new Map(closed.map((f) => [f.id, f]));
      const wanted = [
        ...fileNodes.map((n) => ({ id: n.id, type: frames.has(n.id) ? "sub" : "kind" })),
        ...(notes ?? []).map((n) => ({ id: n.id, type: "note" })),
      ];
      const placeOf = (id: string) =>
        layout?.[id] ?? places[id] ?? cornerOf(frames.get(id)?.nodes, layout, places);
      return wanted.map(({ id, type }, k) => {
        const [x, y] = placeOf(id) ?? [40 + (k % 4) * 240, 40 + Math.floor(k / 4) * 190];
        const was = old.get(id);
        if (was?.dragging || (was && was.position.x === x && was.position.y === y)) return was;
        return was ? { ...was, position: { x, y } } : { id, type, position: { x, y }, data: {} };
      });
    });
  }, [fileNodes, notes, layout, places, closed]);

  const onNodesChange = useCallback(
    (changes: NodeChange[]) => {
      const chosen = changes.filter((c) => c.type === "select");
      if (chosen.length) {
        const next = new Set(view.getState().selected);
        for (const c of chosen) c.selected ? next.add(c.id) : next.delete(c.id);
        view.setState({ selected: [...next] });
      }
      const others = changes.filter((c) => c.type !== "select" && c.type !== "remove");
      if (!others.length) return;
      setNodes((before) => applyNodeChanges(others, before));
    },
    [view],
  );

  const kinds = useMemo(() => new Map(fileNodes.map((n) => [n.id, n.kind])), [fileNodes]);
  // A node that did not move keeps its rectangle: what follows it can tell.
  const known = useRef(new WeakMap<Node, Rect>());
  const rects = useMemo(() => {
    const all = new Map<string, Rect>();
    for (const n of nodes) {
      const kind = kinds.get(n.id);
      if (kind === undefined) continue;
      const rect = known.current.get(n) ?? rectOf(n, kind, catalogue);
      if (n.measured) known.current.set(n, rect);
      all.set(n.id, rect);
    }
    return all;
  }, [nodes, kinds, catalogue]);

  const shown = useMemo(() => {
    const chosen = new Set(selected);
    const front = nodes.map((n) => {
      const is = chosen.has(n.id);
      return (n.selected ?? false) === is && n.selectable === !hand
        ? n
        : { ...n, selected: is, selectable: !hand, draggable: !hand && !readOnly };
    });
    return [...frameNodesOf(open, rects), ...front];
  }, [nodes, selected, open, rects, hand, readOnly]);

  const dragging = nodes.some((n) => n.dragging);
  return { nodes: shown, rects, dragging, onNodesChange };
}

function rectOf(n: Node, kind: string, catalogue: Catalogue): Rect {
  const guess = guessSize({ kind }, catalogue);
  return {
    ...n.position,
    width: n.measured?.width ?? guess.width,
    height: n.measured?.height ?? guess.height,
  };
}

/** A subgraph that was given no place stands where its members do. */
function cornerOf(
  ids: readonly string[] | undefined,
  layout: Layout | undefined,
  places: Layout,
): [number, number] | undefined {
  const spots = (ids ?? []).flatMap((id) => [layout?.[id] ?? places[id] ?? []]).filter((p) => p.length === 2);
  if (!spots.length) return undefined;
  return [Math.min(...spots.map((p) => p[0]!)), Math.min(...spots.map((p) => p[1]!))];
}
