"use client";
import "@xyflow/react/dist/base.css";
import "./canvas.css";
import {
  MiniMap,
  ReactFlow,
  ReactFlowProvider,
  SelectionMode,
  useStore as useFlowStore,
  useNodesInitialized,
  useReactFlow,
} from "@xyflow/react";
import { useTranslations } from "next-intl";
import { type DragEvent, type MouseEvent, useCallback, useEffect, useState } from "react";
import { useEditor, useModel, useStatus, useView } from "@/app/_editor/context";
import type { Status } from "@/app/_ui/status";
import { moveNodes } from "@/graph/draft";
import { AddMenu } from "./add-menu";
import { arrange, type Layout } from "./arrange";
import { CanvasContext, type CanvasStore, createCanvasStore } from "./canvas-store";
import * as commands from "./commands";
import { ConnectionLine } from "./connection-line";
import { Dock } from "./dock";
import { EdgeView } from "./edge-view";
import { FrameView } from "./frame-view";
import { KIND_MIME } from "./kind-mime";
import { AROUND, MANY_NODES, SIMPLE_BELOW } from "./limits";
import { NodeView } from "./node-view";
import { NoteView } from "./note-view";
import { RefusalCard } from "./refusal-card";
import { useDrawing } from "./use-drawing";
import { useFlowNodes } from "./use-flow-nodes";
import { useKeys } from "./use-keys";
import { useWiring } from "./use-wiring";

const NODE_TYPES = { kind: NodeView, note: NoteView, frame: FrameView };
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
  const { view, readOnly, catalogue, model } = editor;
  const t = useTranslations("app.editor.canvas");
  const flow = useReactFlow();
  const [places, setPlaces] = useState<Layout>({});
  const { nodes, rects, dragging, onNodesChange, onNodeDragStop } = useFlowNodes(places);
  const { edges } = useWiring(store, rects, dragging);
  const drawing = useDrawing();
  const hand = useView((v) => v.tool === "hand");
  const minimap = useView((v) => v.minimap);
  const empty = useModel((m) => m.file.nodes.length === 0);

  const zoomedOut = useFlowStore((s) => s.transform[2] < SIMPLE_BELOW);
  useEffect(() => store.setState({ simple: zoomedOut }), [store, zoomedOut]);

  const showAll = useCallback(
    // Ports change sides once places are known, and with them the heights of nodes: two frames later all stands.
    (duration = 0) =>
      requestAnimationFrame(() =>
        requestAnimationFrame(() => void flow.fitView({ padding: AROUND, maxZoom: 1, duration })),
      ),
    [flow],
  );
  const measured = useCallback(
    (id: string) => {
      const size = flow.getInternalNode(id)?.measured;
      return { width: size?.width ?? 172, height: size?.height ?? 120 };
    },
    [flow],
  );
  const tidy = useCallback(async () => {
    await commands.tidy(editor, measured);
    showAll(160);
  }, [editor, measured, showAll]);
  useKeys(tidy);

  // Once measured: nodes that never had a place get one, and the whole graph comes into sight.
  const ready = useNodesInitialized();
  const [opened, setOpened] = useState(false);
  useEffect(() => {
    if (!ready || opened) return;
    const { file } = model.store.getState();
    const open = () => {
      setOpened(true);
      showAll();
    };
    if ([...file.nodes, ...(file.notes ?? [])].every((n) => file.layout?.[n.id])) return open();
    void arrange(file, catalogue, measured).then((all) => {
      // Places a person gave stay, unless nodes have none: then all are laid out together.
      const bare = file.nodes.some((n) => !file.layout?.[n.id]);
      const layout = bare
        ? all
        : Object.fromEntries(Object.entries(all).filter(([id]) => !file.layout?.[id]));
      setPlaces(layout);
      if (!readOnly) {
        moveNodes(model.doc, layout);
        model.undo.clear();
      }
      open();
    });
  }, [ready, opened, model, catalogue, readOnly, measured, showAll]);

  const addAt = (event: MouseEvent) => {
    if (readOnly || !(event.target as Element).classList.contains("react-flow__pane")) return;
    const at = { x: event.clientX, y: event.clientY };
    const { x, y } = flow.screenToFlowPosition(at);
    view.setState({ addMenu: { at, place: [x, y] } });
  };
  const drop = (event: DragEvent) => {
    const kind = event.dataTransfer.getData(KIND_MIME);
    if (!kind) return;
    event.preventDefault();
    const { x, y } = flow.screenToFlowPosition({ x: event.clientX - 86, y: event.clientY - 15 });
    commands.addKind(editor, kind, [x, y]);
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
        onNodeDragStop={onNodeDragStop}
        onSelectionDragStop={(event, moved) => onNodeDragStop(event, moved[0]!, moved)}
        onEdgesChange={(changes) => {
          const next = new Set(view.getState().wires);
          for (const c of changes) if (c.type === "select") c.selected ? next.add(c.id) : next.delete(c.id);
          view.setState({ wires: [...next] });
        }}
        onPaneClick={() => view.setState({ refusal: undefined, addMenu: undefined })}
        onDoubleClick={addAt}
        onNodeDoubleClick={(_, node) =>
          !readOnly && node.type === "kind" && view.setState({ renaming: node.id })
        }
        onDragOver={(event) => event.preventDefault()}
        onDrop={drop}
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
        {minimap && !empty && <Overview />}
      </ReactFlow>
      {empty && (
        <div className="nothing">
          <p>{t("empty")}</p>
          <p>{t("emptyHint")}</p>
        </div>
      )}
      <Dock onTidy={tidy} />
      <AddMenu />
      <RefusalCard />
    </main>
  );
}

const MAP_FILL: Partial<Record<Status, string>> = {
  running: "var(--ink-1)",
  stale: "var(--s-stale)",
  failed: "var(--s-failed)",
  frozen: "var(--s-frozen)",
};

function Overview() {
  const states = useStatus((s) => s.nodes);
  const t = useTranslations("app.editor.canvas");
  return (
    <MiniMap
      className="minimap"
      ariaLabel={t("minimap")}
      pannable
      zoomable
      maskColor="transparent"
      maskStrokeColor="var(--ink-1)"
      maskStrokeWidth={1.2}
      nodeBorderRadius={8}
      nodeColor={(node) => {
        if (node.type === "frame") return "var(--paper-sunken)";
        return (
          MAP_FILL[states[node.id]?.look ?? "idle"] ??
          "color-mix(in srgb, var(--line-3) 50%, var(--paper-surface))"
        );
      }}
    />
  );
}

/** The loom's warp: short threads that move with the graph. */
function Warp() {
  const [x, y, zoom] = useFlowStore((s) => s.transform);
  const size = 48 * (zoom < 0.5 ? zoom * 2 : zoom);
  return (
    <svg className="warp" aria-hidden="true">
      <pattern
        id="warp"
        width={size}
        height={size}
        x={x % size}
        y={y % size}
        patternUnits="userSpaceOnUse"
        viewBox="0 0 48 48"
      >
        <path
          d="M9 12h6M33 36h6M36 9v6M12 33v6"
          stroke="var(--weave)"
          strokeWidth="1.5"
          strokeLinecap="round"
        />
      </pattern>
      <rect width="100%" height="100%" fill="url(#warp)" />
    </svg>
  );
}
