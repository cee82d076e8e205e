"use client";
/** Keeps up with what of the plane is in sight, and how large: told before React draws, so that no node is drawn twice. */
import { type Edge, type Node, useStoreApi, type Viewport } from "@xyflow/react";
import { type RefObject, useEffect, useMemo, useRef, useState } from "react";
import type { Rect } from "../arrange/geometry";
import { type CanvasStore, useCanvas } from "../canvas-store";
import { SIMPLE_BELOW, TINY_BELOW } from "../limits";
import { sightOf } from "./flow";
import { partDrawn, within } from "./in-sight";

const detailAt = (zoom: number) => ({ simple: zoom < SIMPLE_BELOW, tiny: zoom < TINY_BELOW });

/** `first`: where a graph whose sizes are known opens. `many`: only what is in sight is drawn. Returns whether nodes are tiny at first. */
export function useSight(
  store: CanvasStore,
  stage: RefObject<HTMLElement | null>,
  first: Viewport | undefined,
  many: boolean,
): boolean {
  const flowStore = useStoreApi();
  const [tinyAtFirst] = useState(() => {
    store.setState({
      ...(first ? detailAt(first.zoom) : {}),
      part: many ? sightOf(flowStore.getState()) : undefined,
    });
    return store.getState().tiny;
  });
  useEffect(() => {
    const look = (zoom?: number) => {
      const before = store.getState();
      const part = many ? partDrawn(before.part, sightOf(flowStore.getState())) : undefined;
      // Until the plane moves for the first time, what was taken for likely stays.
      const { simple, tiny } = zoom === undefined ? before : detailAt(zoom);
      if (part === before.part && simple === before.simple && tiny === before.tiny) return;
      stage.current?.toggleAttribute("data-tiny", tiny);
      store.setState({ part, simple, tiny });
    };
    look();
    return flowStore.subscribe((now, was) => {
      if (now.transform !== was.transform) look(now.transform[2]);
      else if (now.width !== was.width || now.height !== was.height) look();
    });
  }, [store, stage, flowStore, many]);
  return tinyAtFirst;
}

/** What of the graph is drawn. While nodes are dragged it stays the same, so that a step of them costs no look at all others. */
export function useInSight(
  nodes: Node[],
  edges: Edge[],
  dragging: boolean,
): { nodes: Node[]; edges: Edge[] } {
  const part = useCanvas((c) => c.part);
  const last = useRef<{ part: Rect; all: Edge[]; found: ReturnType<typeof within> }>(undefined);
  return useMemo(() => {
    if (!part) return { nodes, edges };
    const { current: before } = last;
    const same = dragging && before?.part === part && before.all === edges;
    const found = same ? before.found : within(part, nodes, edges);
    last.current = { part, all: edges, found };
    return { nodes: nodes.filter((n) => found.ids.has(n.id) || n.dragging), edges: found.edges };
  }, [part, nodes, edges, dragging]);
}
