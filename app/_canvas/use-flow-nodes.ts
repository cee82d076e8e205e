"use client";
/** Nodes as React Flow holds them: places from the draft, sizes from the browser, moved freely while dragged. */
import { applyNodeChanges, type Node, type NodeChange } from "@xyflow/react";
import { useCallback, useEffect, useMemo, useState } from "react";
import { useEditor, useModel, useView } from "@/app/_editor/context";
import { moveNodes } from "@/graph/draft";
import type { Layout } from "./arrange";
import type { Rect } from "./geometry";
import { guessSize } from "./sizes";

const FRAME_PAD = 12;
const FRAME_HEAD = 28;

export function useFlowNodes(places: Layout) {
  const { model, catalogue, view, readOnly } = useEditor();
  const fileNodes = useModel((m) => m.file.nodes);
  const notes = useModel((m) => m.file.notes);
  const frames = useModel((m) => m.file.frames);
  const layout = useModel((m) => m.file.layout);
  const selected = useView((v) => v.selected);
  const hand = useView((v) => v.tool === "hand");
  const [nodes, setNodes] = useState<Node[]>([]);

  useEffect(() => {
    setNodes((before) => {
      const old = new Map(before.map((n) => [n.id, n]));
      const wanted = [
        ...fileNodes.map((n) => ({ id: n.id, type: "kind" })),
        ...(notes ?? []).map((n) => ({ id: n.id, type: "note" })),
      ];
      return wanted.map(({ id, type }, k) => {
        const [x, y] = layout?.[id] ?? places[id] ?? [40 + (k % 4) * 240, 40 + Math.floor(k / 4) * 190];
        const was = old.get(id);
        if (was?.dragging || (was && was.position.x === x && was.position.y === y)) return was;
        return was ? { ...was, position: { x, y } } : { id, type, position: { x, y }, data: {} };
      });
    });
  }, [fileNodes, notes, layout, places]);

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

  const onNodeDragStop = useCallback(
    (_: unknown, __: Node, moved: Node[]) => {
      if (!readOnly)
        moveNodes(model.doc, Object.fromEntries(moved.map((n) => [n.id, [n.position.x, n.position.y]])));
    },
    [model, readOnly],
  );

  const kinds = useMemo(() => new Map(fileNodes.map((n) => [n.id, n.kind])), [fileNodes]);
  const rects = useMemo(() => {
    const all = new Map<string, Rect>();
    for (const n of nodes) {
      const kind = kinds.get(n.id);
      if (kind === undefined) continue;
      const guess = guessSize({ kind }, catalogue);
      all.set(n.id, {
        ...n.position,
        width: n.measured?.width ?? guess.width,
        height: n.measured?.height ?? guess.height,
      });
    }
    return all;
  }, [nodes, kinds, catalogue]);

  const shown = useMemo(() => {
    const chosen = new Set(selected);
    const drawn = nodes.map((n) => {
      const is = chosen.has(n.id);
      return (n.selected ?? false) === is && n.selectable === !hand
        ? n
        : { ...n, selected: is, selectable: !hand, draggable: !hand && !readOnly };
    });
    const behind = (frames ?? []).flatMap((frame): Node[] => {
      const members = frame.nodes.flatMap((id) => rects.get(id) ?? []);
      if (!members.length) return [];
      const x = Math.min(...members.map((r) => r.x)) - FRAME_PAD;
      const y = Math.min(...members.map((r) => r.y)) - FRAME_HEAD;
      const width = Math.max(...members.map((r) => r.x + r.width)) - x + FRAME_PAD;
      const height = Math.max(...members.map((r) => r.y + r.height)) - y + FRAME_PAD;
      const fixed = { draggable: false, selectable: false, focusable: false, deletable: false };
      return [
        {
          id: `frame:${frame.id}`,
          type: "frame",
          position: { x, y },
          width,
          height,
          measured: { width, height },
          data: {},
          zIndex: -1,
          ...fixed,
        },
      ];
    });
    return [...behind, ...drawn];
  }, [nodes, selected, frames, rects, hand, readOnly]);

  const dragging = nodes.some((n) => n.dragging);
  return { nodes: shown, rects, dragging, onNodesChange, onNodeDragStop };
}
