"use client";
/** What clicks and double clicks on the canvas do. The handlers stay the same ones, or React Flow would draw every node again. */
import type { Edge, EdgeChange, Node } from "@xyflow/react";
import { type MouseEvent, useMemo } from "react";
import { useEditor } from "@/app/_editor/context";
import type { CanvasStore } from "../canvas-store";
import { enter } from "../edit/groups";
import type { Flow } from "../look/flow";
import { addVia } from "../wire/via";

export function usePressing(store: CanvasStore, flow: Flow) {
  const editor = useEditor();
  return useMemo(() => {
    const { view, readOnly } = editor;
    return {
      onEdgesChange: (changes: EdgeChange[]) => {
        const next = new Set(view.getState().wires);
        for (const c of changes) if (c.type === "select") c.selected ? next.add(c.id) : next.delete(c.id);
        view.setState({ wires: [...next] });
      },
      onPaneClick: () => view.setState({ refusal: undefined, addMenu: undefined, peek: undefined }),
      onDoubleClick: (event: MouseEvent) => {
        if (readOnly || !(event.target as Element).classList.contains("react-flow__pane")) return;
        const at = { x: event.clientX, y: event.clientY };
        const { x, y } = flow.screenToFlowPosition(at);
        view.setState({ addMenu: { at, place: [x, y] } });
      },
      onNodeDoubleClick: (_: MouseEvent, node: Node) => {
        if (node.type === "sub") enter(editor, node.id);
        else if (!readOnly && node.type === "kind") view.setState({ renaming: node.id });
      },
      onEdgeDoubleClick: (event: MouseEvent, edge: Edge) => {
        if (!readOnly) addVia(editor, store, flow, edge.id, event);
      },
    };
  }, [editor, store, flow]);
}
