"use client";
/** The whole graph comes into sight: with the first drawing where all sizes are known, else once measured. Nodes that never had a place get one. */
import {
  getNodesBounds,
  getViewportForBounds,
  type Node,
  useNodesInitialized,
  useStoreApi,
  type Viewport,
} from "@xyflow/react";
import { useEffect, useState } from "react";
import { useEditor, useView } from "@/app/_editor/context";
import type { GraphFile } from "@/graph/document";
import { moveNodes } from "@/graph/draft";
import { arrange, type Layout, type Size } from "../arrange/arrange";
import { AROUND, MIN_ZOOM } from "../limits";
import { NEW_NODE } from "../move/walk";
import { useFlow } from "./flow";

const isLaidOut = ({ nodes, notes = [], layout }: GraphFile) =>
  [...nodes, ...notes].every((n) => layout?.[n.id]);

/** Nothing where a node has to be measured first. */
function viewOfAll(nodes: readonly Node[], { width, height }: Size): Viewport | undefined {
  if (!nodes.length || !width || !height || !nodes.every((n) => n.measured)) return undefined;
  return getViewportForBounds(getNodesBounds([...nodes]), width, height, MIN_ZOOM, 1, AROUND);
}

/** `box`: of the canvas, px. `onPlaces` gets the places of nodes that had none. */
export function useOpening(nodes: readonly Node[], box: Size, onPlaces: (places: Layout) => void) {
  const { model, catalogue, readOnly } = useEditor();
  const flow = useFlow();
  const flowStore = useStoreApi();
  const inside = useView((v) => v.inside);
  const ready = useNodesInitialized();
  const [first] = useState(() => {
    const viewport = isLaidOut(model.store.getState().file) ? viewOfAll(nodes, box) : undefined;
    // Before React Flow draws for the first time, so that it draws once, and only what is in sight.
    flowStore.setState({
      ...box,
      ...(viewport ? { transform: [viewport.x, viewport.y, viewport.zoom] } : {}),
    });
    return viewport;
  });
  const [opened, setOpened] = useState(false);
  const [shown, setShown] = useState(inside);
  useEffect(() => {
    if (!ready || opened) return;
    if (first) return setOpened(true);
    const { file } = model.store.getState();
    const open = () => void flow.fit().then(() => setOpened(true));
    if (isLaidOut(file)) return open();
    void arrange(file, catalogue, (id) => flow.rectOf(id) ?? NEW_NODE).then((all) => {
      // Places a person gave stay, unless nodes have none: then all are laid out together.
      const bare = file.nodes.some((n) => !file.layout?.[n.id]);
      const layout = bare
        ? all
        : Object.fromEntries(Object.entries(all).filter(([id]) => !file.layout?.[id]));
      onPlaces(layout);
      if (!readOnly) {
        moveNodes(model.doc, layout);
        model.undo.clear();
      }
      // Shown once the places have reached the page.
      requestAnimationFrame(() => requestAnimationFrame(open));
    });
  }, [ready, opened, first, model, catalogue, readOnly, flow, onPlaces]);
  // Going into a subgraph or out of it shows all of what is there.
  useEffect(() => {
    if (shown === inside) return;
    setShown(inside);
    // The other nodes come first.
    requestAnimationFrame(() => void flow.fit({ duration: 160 }));
  }, [shown, inside, flow]);
  return { first, opened };
}
