"use client";
import "@xyflow/react/dist/base.css";
import "./canvas.css";
import "./draw/node.css";
import "./draw/ports.css";
import "./wire/wire.css";
import "./draw/frame.css";
import "./edit/dock.css";
import "./add/add.css";
import "./look/peek.css";
import { ReactFlow, ReactFlowProvider, SelectionMode } from "@xyflow/react";
import { useTranslations } from "next-intl";
import { useCallback, useMemo, useRef, useState } from "react";
import { useEditor, useModel, useView } from "@/app/_editor/context";
import { Comparison } from "@/app/_versions/comparison";
import type { Catalogue } from "@/graph/define-node";
import type { ActionContext } from "./actions/action";
import { AddMenu } from "./add/add-menu";
import { Finder } from "./add/finder";
import { useDropping } from "./add/use-dropping";
import type { Layout, Size } from "./arrange/arrange";
import { RASTER } from "./arrange/geometry";
import { CanvasContext, type CanvasStore, createCanvasStore, useCanvas } from "./canvas-store";
import { FrameView } from "./draw/frame-view";
import { Inside } from "./draw/inside";
import { NodeView } from "./draw/node-view";
import { NoteView } from "./draw/note-view";
import { SubView } from "./draw/sub-view";
import { Dock } from "./edit/dock";
import { MANY_NODES, MAX_ZOOM, MIN_ZOOM } from "./limits";
import { drawGraph } from "./look/drawn";
import { useFlow } from "./look/flow";
import { Overview } from "./look/overview";
import { Peek } from "./look/peek";
import { useDrawing } from "./look/use-drawing";
import { useFlowNodes } from "./look/use-flow-nodes";
import { useHandles } from "./look/use-handles";
import { useMoving } from "./look/use-moving";
import { useOpening } from "./look/use-opening";
import { usePeeking } from "./look/use-peeking";
import { useInSight, useSight } from "./look/use-sight";
import { useDragging } from "./move/use-dragging";
import { useFollowing } from "./move/use-following";
import { useKeys } from "./move/use-keys";
import { usePressing } from "./move/use-pressing";
import { NEW_NODE } from "./move/walk";
import { ConnectionLine } from "./wire/connection-line";
import { EdgeView } from "./wire/edge-view";
import { RefusalCard } from "./wire/refusal-card";
import { useWiring } from "./wire/use-wiring";

const NODE_TYPES = { kind: NodeView, note: NoteView, frame: FrameView, sub: SubView };
const EDGE_TYPES = { thread: EdgeView };
const MULTI_KEYS = ["Control", "Meta", "Shift"];
const SNAP: [number, number] = [RASTER, RASTER];

export function Canvas() {
  const { model } = useEditor();
  const [store] = useState(() => createCanvasStore(model.store.getState().file.nodes.length > MANY_NODES));
  const [box, setBox] = useState<Size>();
  const measure = useCallback((stage: HTMLElement | null) => {
    if (stage) setBox({ width: stage.offsetWidth, height: stage.offsetHeight });
  }, []);
  // The room there is comes first: from it follows what is in sight.
  if (!box) return <main className="canvas" ref={measure} />;
  return (
    <CanvasContext.Provider value={store}>
      <ReactFlowProvider>
        <Stage store={store} box={box} />
      </ReactFlowProvider>
    </CanvasContext.Provider>
  );
}

/** The files that become nodes when they are dropped, as people write their endings. */
const formatsOf = (catalogue: Catalogue): string =>
  Object.values(catalogue)
    .flatMap(({ opens }) => opens?.endings ?? [])
    .map((ending) => ending.toUpperCase())
    .join(", ");

function Stage({ store, box }: { store: CanvasStore; box: Size }) {
  const editor = useEditor();
  const { readOnly, catalogue } = editor;
  const t = useTranslations("app.editor.canvas");
  const flow = useFlow();
  const file = useModel((m) => m.file);
  const inside = useView((v) => v.inside);
  const drawn = useMemo(() => drawGraph(file, catalogue, inside), [file, catalogue, inside]);
  const [places, setPlaces] = useState<Layout>({});
  const { onNodesChange, ...standing } = useFlowNodes(drawn, places);
  const { nodes, rects, dragging } = standing;
  const { first, opened } = useOpening(nodes, box, setPlaces);
  const stage = useRef<HTMLElement>(null);
  const tinyAtFirst = useSight(store, stage, first, nodes.length > MANY_NODES);
  const simple = useCanvas((c) => c.simple);
  const { edges, ports } = useWiring(store, drawn, standing);
  const sight = useInSight(nodes, edges, dragging);
  const shown = useHandles(sight.nodes, ports, rects);
  const drawing = useDrawing(store);
  const drag = useDragging(store);
  const dropped = useDropping(store);
  const hovering = usePeeking();
  const hand = useView((v) => v.tool === "hand");
  const minimap = useView((v) => v.minimap);
  const empty = file.nodes.length === 0;
  const { onPointerMove, ...moving } = useMoving(store, stage);
  const words = useTranslations("app.editor.dock");
  const context = useMemo<ActionContext>(
    () => ({
      editor,
      flow,
      size: (id) => flow.rectOf(id) ?? NEW_NODE,
      words: { note: words("newNote"), frame: words("newFrame") },
    }),
    [editor, flow, words],
  );
  useKeys(context);
  useFollowing(flow);

  const pressing = usePressing(store, flow);
  // Kept, so that a node that is dragged draws nothing else again.
  const layers = useMemo(
    () => (
      <>
        <Comparison />
        {minimap && opened && <Overview />}
        <Peek />
      </>
    ),
    [minimap, opened],
  );
  const around = useMemo(
    () => (
      <>
        <Inside />
        <Dock context={context} />
        <AddMenu />
        <RefusalCard />
        <Finder context={context} />
      </>
    ),
    [context],
  );

  return (
    <main
      className="canvas"
      ref={stage}
      onPointerMove={onPointerMove}
      // Kept up above.
      data-tiny={tinyAtFirst || undefined}
      data-ready={opened || empty || undefined}
      data-dragging={dragging || undefined}
      data-tool={hand ? "hand" : "select"}
      aria-label={t("label")}
    >
      <ReactFlow
        nodes={shown}
        edges={sight.edges}
        nodeTypes={NODE_TYPES}
        edgeTypes={EDGE_TYPES}
        onNodesChange={onNodesChange}
        {...drag}
        {...hovering}
        {...pressing}
        {...moving}
        {...dropped}
        {...drawing}
        connectionLineComponent={ConnectionLine}
        connectionRadius={22}
        nodesConnectable={!readOnly}
        edgesReconnectable={!readOnly && !simple}
        selectionMode={SelectionMode.Partial}
        panOnScroll={!hand}
        panOnScrollSpeed={1}
        zoomOnDoubleClick={false}
        deleteKeyCode={null}
        multiSelectionKeyCode={MULTI_KEYS}
        disableKeyboardA11y
        minZoom={MIN_ZOOM}
        maxZoom={MAX_ZOOM}
        {...(first ? { defaultViewport: first } : {})}
        snapToGrid
        snapGrid={SNAP}
        attributionPosition="top-right"
      >
        {layers}
      </ReactFlow>
      {empty && (
        <div className="nothing">
          <p>{t("empty")}</p>
          <p>{t("emptyHint")}</p>
          <p>{t("emptyFiles", { formats: formatsOf(catalogue) })}</p>
          {/* Templates to start from (app/_graphs/templates) have their place here. */}
        </div>
      )}
      {around}
    </main>
  );
}
