"use client";
/** The plane: where things stand on it and what of it is seen. React Flow has only the nodes that are drawn; this knows all. */
import {
  type FitViewOptions,
  getNodesBounds,
  getViewportForBounds,
  type Node,
  type ReactFlowInstance,
  useReactFlow,
  useStoreApi,
} from "@xyflow/react";
import { useMemo } from "react";
import { once } from "@/app/_editor/lookup";
import type { Rect } from "../arrange/geometry";
import { type CanvasStore, useCanvasStore } from "../canvas-store";
import { AROUND, MIN_ZOOM } from "../limits";

type FlowStore = ReturnType<typeof useStoreApi>;
type Fit = {
  /** All nodes where left out. */
  ids?: readonly string[];
  padding?: FitViewOptions["padding"];
  maxZoom?: number;
  /** Milliseconds. */
  duration?: number;
};

export type Flow = Pick<
  ReactFlowInstance,
  "flowToScreenPosition" | "screenToFlowPosition" | "setCenter" | "getZoom" | "zoomTo" | "zoomIn" | "zoomOut"
> & {
  /** Nodes, notes and frames, drawn or not. */
  nodes(): readonly Node[];
  /** Nothing before it is known how large it is. */
  rectOf(id: string): Rect | undefined;
  /** Brings nodes into sight, as large as there is room. */
  fit(options?: Fit): Promise<boolean>;
};

export const rectOf = ({ position, measured }: Node): Rect | undefined =>
  measured?.width && measured.height
    ? { ...position, width: measured.width, height: measured.height }
    : undefined;

/** Who arranges a graph asks for each of its nodes, many times. */
const byId = once((nodes: readonly Node[]) => new Map(nodes.map((n) => [n.id, n])));

/** The part of the plane that is in sight. */
export const sightOf = ({
  transform: [x, y, zoom],
  width,
  height,
}: Pick<ReturnType<FlowStore["getState"]>, "transform" | "width" | "height">): Rect => ({
  x: -x / zoom,
  y: -y / zoom,
  width: width / zoom,
  height: height / zoom,
});

export function useFlow(): Flow {
  const flow = useReactFlow();
  const flowStore = useStoreApi();
  const store = useCanvasStore();
  return useMemo(() => over(flow, flowStore, store), [flow, flowStore, store]);
}

function over(flow: ReactFlowInstance, flowStore: FlowStore, store: CanvasStore): Flow {
  const nodes = () => store.getState().nodes;
  return {
    ...flow,
    nodes,
    rectOf(id) {
      const node = byId(nodes()).get(id);
      return node && rectOf(node);
    },
    async fit({ ids, padding = AROUND, maxZoom = 1, duration = 0 } = {}) {
      const wanted = ids && new Set(ids);
      const shown = nodes().filter((n) => rectOf(n) && (!wanted || wanted.has(n.id)));
      if (!shown.length) return false;
      const { width, height } = flowStore.getState();
      const bounds = getNodesBounds(shown);
      return flow.setViewport(getViewportForBounds(bounds, width, height, MIN_ZOOM, maxZoom, padding), {
        duration,
      });
    },
  };
}
