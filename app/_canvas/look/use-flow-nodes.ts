"use client";
/** Nodes as React Flow holds them: places from the draft, sizes from the browser, moved freely while dragged. */
import { applyNodeChanges, type Node, type NodeChange } from "@xyflow/react";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useEditor, useView } from "@/app/_editor/context";
import type { Catalogue } from "@/graph/define-node";
import type { Layout } from "../arrange/arrange";
import type { Rect } from "../arrange/geometry";
import { sizeOf } from "../arrange/sizes";
import { frameNodesOf } from "../draw/frame-nodes";
import { placePorts } from "../draw/ports";
import type { Drawn } from "./drawn";

export function useFlowNodes(drawn: Drawn, places: Layout) {
  const { view, readOnly, model } = useEditor();
  const { nodes: fileNodes } = drawn.file;
  const { catalogue, open } = drawn;
  const selected = useView((v) => v.selected);
  const hand = useView((v) => v.tool === "hand");
  const params = useCallback((id: string) => model.store.getState().inferred.params[id], [model]);
  const [nodes, setNodes] = useState<Node[]>(() => flowNodes([], drawn, places, params));
  useEffect(() => setNodes((before) => flowNodes(before, drawn, places, params)), [drawn, places, params]);

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
      setNodes((before) => applyNodeChanges(withUnseen(others, before, view.getState().selected), before));
    },
    [view],
  );

  const kinds = useMemo(() => new Map(fileNodes.map((n) => [n.id, n.kind])), [fileNodes]);
  // A node that did not move keeps its rectangle: what follows it can tell.
  const kept = useRef(new WeakMap<Node, Rect>());
  const rects = useMemo(() => {
    const all = new Map<string, Rect>();
    for (const n of nodes) {
      const kind = kinds.get(n.id);
      if (kind === undefined) continue;
      const rect = kept.current.get(n) ?? rectOf(n, kind, catalogue);
      if (n.measured) kept.current.set(n, rect);
      all.set(n.id, rect);
    }
    return all;
  }, [nodes, kinds, catalogue]);

  // A node that is as it was keeps its reference: React Flow draws only those that are new.
  const known = useRef(new WeakMap<Node, Node>());
  const shown = useMemo(() => {
    const chosen = new Set(selected);
    const draggable = !hand && !readOnly;
    const front = nodes.map((n) => {
      const is = chosen.has(n.id);
      const before = known.current.get(n);
      if (before?.selected === is && before.selectable === !hand && before.draggable === draggable)
        return before;
      const made = { ...n, selected: is, selectable: !hand, draggable };
      known.current.set(n, made);
      return made;
    });
    return [...frameNodesOf(open, rects), ...front];
  }, [nodes, selected, open, rects, hand, readOnly]);

  const dragging = nodes.some((n) => n.dragging);
  return { nodes: shown, rects, dragging, onNodesChange };
}

/** A drag moves all that is chosen: also what is not drawn, of which React Flow does not know. */
function withUnseen(changes: NodeChange[], before: readonly Node[], chosen: readonly string[]): NodeChange[] {
  const moves = new Map(changes.flatMap((c) => (c.type === "position" ? [[c.id, c] as const] : [])));
  if (!moves.size || chosen.length <= moves.size) return changes;
  const selected = new Set(chosen);
  const lead = before.find((n) => selected.has(n.id) && moves.get(n.id)?.position);
  if (!lead) return changes;
  const { position } = moves.get(lead.id)!;
  const [dx, dy] = [position!.x - lead.position.x, position!.y - lead.position.y];
  const unseen = before.filter((n) => selected.has(n.id) && !moves.has(n.id));
  return [
    ...changes,
    // Not marked as dragged: what is dragged is drawn.
    ...unseen.map(
      ({ id, position: { x, y } }): NodeChange => ({
        id,
        type: "position",
        position: { x: x + dx, y: y + dy },
      }),
    ),
  ];
}

type ParamsOf = (id: string) => Readonly<Record<string, unknown>> | undefined;

/** Nodes of the file where they stand; those that stay as they were keep their reference, and so does the list. */
function flowNodes(before: Node[], drawn: Drawn, places: Layout, params: ParamsOf): Node[] {
  const { nodes, notes, layout } = drawn.file;
  const old = new Map(before.map((n) => [n.id, n]));
  const frames = new Map(drawn.closed.map((f) => [f.id, f]));
  const wanted = [
    ...nodes.map((n) => ({ id: n.id, type: frames.has(n.id) ? "sub" : "kind" })),
    ...(notes ?? []).map((n) => ({ id: n.id, type: "note" })),
  ];
  const next = wanted.map(({ id, type }, k): Node => {
    const [x, y] = layout?.[id] ??
      places[id] ??
      cornerOf(frames.get(id)?.nodes, layout, places) ?? [40 + (k % 4) * 240, 40 + Math.floor(k / 4) * 190];
    const was = old.get(id);
    if (was?.dragging || (was && was.position.x === x && was.position.y === y)) return was;
    return was ? { ...was, position: { x, y } } : { id, type, position: { x, y }, data: {} };
  });
  if (next.length === before.length && next.every((n, k) => n === before[k])) return before;
  return next.every((n) => old.has(n.id)) ? next : sized(next, drawn, params);
}

/** New nodes with the size they will have, so that none must be drawn to be measured. */
function sized(nodes: Node[], { file, catalogue, closed }: Drawn, params: ParamsOf): Node[] {
  const subs = new Set(closed.map((f) => f.id));
  const parts = new Map(
    file.nodes.map(({ id, kind, params: own }) => [
      id,
      subs.has(id) ? { kind } : { kind, params: params(id) ?? own },
    ]),
  );
  const rects = new Map(
    nodes.flatMap((n): [string, Rect][] => {
      const part = parts.get(n.id);
      return part ? [[n.id, { ...n.position, ...(known(n) ?? sizeOf(part, catalogue)) }]] : [];
    }),
  );
  // A port that stands above or below takes no row.
  const ports = placePorts(file, catalogue, rects);
  return nodes.map((n) => {
    const part = parts.get(n.id);
    return n.measured || !part ? n : { ...n, measured: sizeOf(part, catalogue, ports.get(n.id)) };
  });
}

const known = ({ measured }: Node) =>
  measured?.width && measured.height ? { width: measured.width, height: measured.height } : undefined;

function rectOf(n: Node, kind: string, catalogue: Catalogue): Rect {
  const guess = sizeOf({ kind }, catalogue);
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
