"use client";
/** Drawing a wire: what each port says to it, and what happens where it is let go. */
import { type FinalConnectionState, type OnConnectStartParams, useReactFlow } from "@xyflow/react";
import { useCallback } from "react";
import { useEditor } from "@/app/_editor/context";
import { type Connection, canConnect } from "@/graph/connect";
import { formatPortRef } from "@/graph/document";
import { connect, disconnect } from "@/graph/draft";

type Ends = { source: string; target: string; sourceHandle?: string | null; targetHandle?: string | null };

const refs = ({ source, target, sourceHandle, targetHandle }: Ends) => ({
  from: formatPortRef({ node: source, port: sourceHandle ?? "" }),
  to: formatPortRef({ node: target, port: targetHandle ?? "" }),
});

const pointer = (event: MouseEvent | TouchEvent) => {
  const at = "changedTouches" in event ? event.changedTouches[0]! : event;
  return { x: at.clientX, y: at.clientY };
};

export function useDrawing() {
  const editor = useEditor();
  const flow = useReactFlow();
  const { model, view, catalogue } = editor;

  const onConnectStart = useCallback(
    (_: MouseEvent | TouchEvent, { nodeId, handleId, handleType }: OnConnectStartParams) => {
      if (!nodeId || !handleId) return;
      const { file, inferred } = model.store.getState();
      const ref = formatPortRef({ node: nodeId, port: handleId });
      const direction = handleType === "target" ? "in" : "out";
      const verdicts = new Map<string, Connection>();
      for (const node of file.nodes) {
        if (node.id === nodeId) continue;
        const ports = catalogue[node.kind]?.[direction === "out" ? "inputs" : "outputs"] ?? {};
        for (const port of Object.keys(ports)) {
          const other = formatPortRef({ node: node.id, port });
          const [from, to] = direction === "out" ? [ref, other] : [other, ref];
          verdicts.set(other, canConnect(file, from, to, catalogue, inferred.types));
        }
      }
      view.setState({ drawing: { ref, direction, verdicts }, refusal: undefined, addMenu: undefined });
    },
    [model, view, catalogue],
  );

  const verdictOf = useCallback(
    (ends: Ends): Connection | undefined => {
      const { drawing } = view.getState();
      const { from, to } = refs(ends);
      return drawing?.verdicts.get(drawing.direction === "out" ? to : from);
    },
    [view],
  );

  const isValidConnection = useCallback((ends: Ends) => verdictOf(ends)?.ok ?? false, [verdictOf]);

  const onConnect = useCallback(
    (ends: Ends) => {
      const verdict = verdictOf(ends);
      if (verdict?.ok) connect(model.doc, refs(ends).from, verdict.to);
    },
    [verdictOf, model],
  );

  const onConnectEnd = useCallback(
    (event: MouseEvent | TouchEvent, state: FinalConnectionState) => {
      const { drawing } = view.getState();
      view.setState({ drawing: undefined });
      if (!drawing || state.isValid) return;
      const at = pointer(event);
      const over = state.toHandle
        ? formatPortRef({ node: state.toHandle.nodeId, port: state.toHandle.id ?? "" })
        : undefined;
      const verdict = over ? drawing.verdicts.get(over) : undefined;
      if (over && verdict && !verdict.ok) {
        const [from, to] = drawing.direction === "out" ? [drawing.ref, over] : [over, drawing.ref];
        view.setState({ refusal: { at, from, to, verdict } });
      } else if (!state.toNode && drawing.direction === "out" && moved(state)) {
        const { x, y } = flow.screenToFlowPosition(at);
        view.setState({ addMenu: { at, place: [x, y - 40], from: drawing.ref } });
      }
    },
    [view, flow],
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
      if (verdict.to !== edge.id) disconnect(model.doc, edge.id);
      connect(model.doc, refs(ends).from, verdict.to);
    },
    [verdictOf, model],
  );

  return { onConnectStart, isValidConnection, onConnect, onConnectEnd, onReconnect, onReconnectEnd };
}

function moved(state: FinalConnectionState): boolean {
  if (!state.from || !state.to) return false;
  return Math.hypot(state.to.x - state.from.x, state.to.y - state.from.y) > 24;
}
