"use client";
import "@xyflow/react/dist/base.css";
import "./canvas.css";
import {
  type Node,
  ReactFlow,
  ReactFlowProvider,
  SelectionMode,
  useStore as useFlowStore,
  useReactFlow,
} from "@xyflow/react";
import { useTranslations } from "next-intl";
import { type MouseEvent, useEffect, useMemo, useState } from "react";
import { useEditor, useModel, useView } from "@/app/_editor/context";
import { Comparison } from "@/app/_versions/comparison";
import type { ActionContext } from "./actions/action";
import { AddMenu } from "./add-menu";
import { CanvasContext, type CanvasStore, createCanvasStore } from "./canvas-store";
import { ConnectionLine } from "./connection-line";
import { Dock } from "./dock";
import { drawGraph } from "./drawn";
import { EdgeView } from "./edge-view";
import { Finder } from "./finder";
import { FrameView } from "./frame-view";
import { enter } from "./groups";
import { Inside } from "./inside";
import { MANY_NODES, SIMPLE_BELOW } from "./limits";
import { NodeView } from "./node-view";
import { NoteView } from "./note-view";
import { Overview } from "./overview";
import { Peek } from "./peek";
import { RefusalCard } from "./refusal-card";
import { SubView } from "./sub-view";
import { useDragging } from "./use-dragging";
import { useDrawing } from "./use-drawing";
import { useDropping } from "./use-dropping";
import { useFlowNodes } from "./use-flow-nodes";
import { useKeys } from "./use-keys";
import { measuredSize, useOpening } from "./use-opening";
import { usePeeking } from "./use-peeking";
import { useWiring } from "./use-wiring";
import { addVia } from "./via";
import { Warp } from "./warp";

const NODE_TYPES = { kind: NodeView, note: NoteView, frame: FrameView, sub: SubView };
const EDGE_TYPES = { thread: EdgeView };
export function Canvas() {
  const [store] = useState(createCanvasStore);
  return (
    <CanvasContext.Provider value={store}>
      <ReactFlowProvider>
        <Stage store={store} />
      </ReactFlowProvider>
    </CanvasContext.Provider>
  );
}

function Stage({ store }: { store: CanvasStore }) {
  const editor = useEditor();
  const { view, readOnly, catalogue } = editor;
  const t = useTranslations("app.editor.canvas");
  const flow = useReactFlow();
  const file = useModel((m) => m.file);
  const inside = useView((v) => v.inside);
  const drawn = useMemo(() => drawGraph(file, catalogue, inside), [file, catalogue, inside]);
  const { places, opened } = useOpening();
  const { nodes, rects, dragging, onNodesChange } = useFlowNodes(drawn, places);
  const { edges } = useWiring(store, drawn, rects, dragging);
  const drawing = useDrawing(store);
  const drag = useDragging(store);
  const dropped = useDropping(store);
  const hovering = usePeeking();
  const hand = useView((v) => v.tool === "hand");
  const minimap = useView((v) => v.minimap);
  const empty = file.nodes.length === 0;

  const zoomedOut = useFlowStore((s) => s.transform[2] < SIMPLE_BELOW);
  useEffect(() => store.setState({ simple: zoomedOut }), [store, zoomedOut]);
  const words = useTranslations("app.editor.dock");
  const context = useMemo<ActionContext>(
    () => ({
      editor,
      flow,
      size: (id) => measuredSize(flow, id),
      words: { note: words("newNote"), frame: words("newFrame") },
    }),
    [editor, flow, words],
  );
  useKeys(context);

  const addAt = (event: MouseEvent) => {
    if (readOnly || !(event.target as Element).classList.contains("react-flow__pane")) return;
    const at = { x: event.clientX, y: event.clientY };
    const { x, y } = flow.screenToFlowPosition(at);
    view.setState({ addMenu: { at, place: [x, y] } });
  };
  const openNode = (_: MouseEvent, node: Node) => {
    if (node.type === "sub") enter(editor, node.id);
    else if (!readOnly && node.type === "kind") view.setState({ renaming: node.id });
  };

  return (
    <main
      className="canvas"
      data-ready={opened || empty || undefined}
      data-tool={hand ? "hand" : "select"}
      aria-label={t("label")}
    >
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={NODE_TYPES}
        edgeTypes={EDGE_TYPES}
        onNodesChange={onNodesChange}
        {...drag}
        {...hovering}
        onEdgesChange={(changes) => {
          const next = new Set(view.getState().wires);
          for (const c of changes) if (c.type === "select") c.selected ? next.add(c.id) : next.delete(c.id);
          view.setState({ wires: [...next] });
        }}
        onPaneClick={() => view.setState({ refusal: undefined, addMenu: undefined, peek: undefined })}
        onDoubleClick={addAt}
        onNodeDoubleClick={openNode}
        onEdgeDoubleClick={(event, edge) => !readOnly && addVia(editor, store, flow, edge.id, event)}
        {...dropped}
        {...drawing}
        connectionLineComponent={ConnectionLine}
        connectionRadius={22}
        nodesConnectable={!readOnly}
        edgesReconnectable={!readOnly}
        selectionMode={SelectionMode.Partial}
        panOnScroll={!hand}
        zoomOnDoubleClick={false}
        deleteKeyCode={null}
        multiSelectionKeyCode={["Control", "Meta", "Shift"]}
        disableKeyboardA11y
        minZoom={0.15}
        maxZoom={2}
        snapToGrid
        snapGrid={[4, 4]}
        onlyRenderVisibleElements={nodes.length > MANY_NODES}
        attributionPosition="top-right"
      >
        <Warp />
        <Comparison />
        {minimap && !empty && <Overview />}
        <Peek />
      </ReactFlow>
      {empty && (
        <div className="nothing">
          <p>{t("empty")}</p>
          <p>{t("emptyHint")}</p>
        </div>
      )}
      <Inside />
      <Dock context={context} />
      <AddMenu />
      <RefusalCard />
      <Finder context={context} />
    </main>
  );
}
