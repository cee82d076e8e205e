"use client";
/** Drawing a wire: what each port says to it, and what happens where it is let go. */
import type { FinalConnectionState, OnConnectStartParams } from "@xyflow/react";
import { useCallback } from "react";
import { useEditor } from "@/app/_editor/context";
import { type Connection, canConnect } from "@/graph/connect";
import { formatPortRef, parsePortRef } from "@/graph/document";
import { connect, disconnect, EDIT } from "@/graph/draft";
import type { CanvasStore } from "../canvas-store";
import { useFlow } from "./flow";

type Ends = { source: string; target: string; sourceHandle?: string | null; targetHandle?: string | null };

/** The port of the file; a port of a collapsed frame stands for one inside. */
const portOf = (store: CanvasStore, node: string, port: string | null | undefined) => {
  const shown = formatPortRef({ node, port: port ?? "" });
  return store.getState().drawn?.refs.get(shown) ?? shown;
};

const pointer = (event: MouseEvent | TouchEvent) => {
  const at = "changedTouches" in event ? event.changedTouches[0]! : event;
  return { x: at.clientX, y: at.clientY };
};

export function useDrawing(store: CanvasStore) {
  const editor = useEditor();
  const refs = useCallback(
    ({ source, target, sourceHandle, targetHandle }: Ends) => ({
      from: portOf(store, source, sourceHandle),
      to: portOf(store, target, targetHandle),
    }),
    [store],
  );
  const flow = useFlow();
  const { model, view, catalogue } = editor;

  const onConnectStart = useCallback(
    (_: MouseEvent | TouchEvent, { nodeId, handleId, handleType }: OnConnectStartParams) => {
      if (!nodeId || !handleId) return;
      const { file, inferred } = model.store.getState();
      const ref = portOf(store, nodeId, handleId);
      const direction = handleType === "target" ? "in" : "out";
      const verdicts = new Map<string, Connection>();
      for (const node of file.nodes) {
        if (node.id === parsePortRef(ref).node) continue;
        const ports = catalogue[node.kind]?.[direction === "out" ? "inputs" : "outputs"] ?? {};
        for (const port of Object.keys(ports)) {
          const other = formatPortRef({ node: node.id, port });
          const [from, to] = direction === "out" ? [ref, other] : [other, ref];
          verdicts.set(other, canConnect(file, from, to, catalogue, inferred.types));
        }
      }
      view.setState({ drawing: { ref, direction, verdicts }, refusal: undefined, addMenu: undefined });
    },
    [model, view, catalogue, store],
  );

  const verdictOf = useCallback(
    (ends: Ends): Connection | undefined => {
      const { drawing } = view.getState();
      const { from, to } = refs(ends);
      return drawing?.verdicts.get(drawing.direction === "out" ? to : from);
    },
    [view, refs],
  );

  const isValidConnection = useCallback((ends: Ends) => verdictOf(ends)?.ok ?? false, [verdictOf]);

  const onConnect = useCallback(
    (ends: Ends) => {
      const verdict = verdictOf(ends);
      if (verdict?.ok) connect(model.doc, refs(ends).from, verdict.to);
    },
    [verdictOf, model, refs],
  );

  const onConnectEnd = useCallback(
    (event: MouseEvent | TouchEvent, state: FinalConnectionState) => {
      const { drawing } = view.getState();
      view.setState({ drawing: undefined });
      if (!drawing || state.isValid) return;
      const at = pointer(event);
      const over = state.toHandle ? portOf(store, state.toHandle.nodeId, state.toHandle.id) : undefined;
      const verdict = over ? drawing.verdicts.get(over) : undefined;
      if (over && verdict && !verdict.ok) {
        const [from, to] = drawing.direction === "out" ? [drawing.ref, over] : [over, drawing.ref];
        view.setState({ refusal: { at, from, to, verdict } });
      } else if (!state.toNode && moved(state)) {
        const { x, y } = flow.screenToFlowPosition(at);
        const end = drawing.direction === "out" ? { from: drawing.ref } : { to: drawing.ref };
        view.setState({ addMenu: { at, place: [x, y - 40], ...end } });
      }
    },
    [view, flow, store],
  );

  /** A wire's end may be taken off and put elsewhere; let go over nothing it is gone. */
  const onReconnectEnd = useCallback(
    (_: MouseEvent | TouchEvent, edge: { id: string }, __: unknown, state: FinalConnectionState) => {
      view.setState({ drawing: undefined });
      if (!state.isValid && !state.toHandle) disconnect(model.doc, edge.id);
    },
    [view, model],
  );

  const onReconnect = useCallback(
    (edge: { id: string }, ends: Ends) => {
      const verdict = verdictOf(ends);
      if (!verdict?.ok) return;
      model.doc.transact(() => {
        if (verdict.to !== edge.id) disconnect(model.doc, edge.id);
        connect(model.doc, refs(ends).from, verdict.to);
      }, EDIT);
    },
    [verdictOf, model, refs],
  );

  return { onConnectStart, isValidConnection, onConnect, onConnectEnd, onReconnect, onReconnectEnd };
}

function moved(state: FinalConnectionState): boolean {
  if (!state.from || !state.to) return false;
  return Math.hypot(state.to.x - state.from.x, state.to.y - state.from.y) > 24;
}
