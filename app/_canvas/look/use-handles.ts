"use client";
/** Tells React Flow where ports stand, so that it never has to measure them in the page. */
import { type Node, type NodeHandle, Position, useStoreApi } from "@xyflow/react";
import { useMemo, useRef, useState } from "react";
import type { Rect } from "../arrange/geometry";
import { PORT_SIZE } from "../arrange/sizes";
import { type NodePorts, type PortSpot, portEnd } from "../draw/ports";

const POSITION = { left: Position.Left, right: Position.Right, top: Position.Top, bottom: Position.Bottom };

type Known = { ports: NodePorts; width: number; height: number; with: Node };

/** The same nodes with the handles of their ports. A node whose ports did not change keeps its reference. */
export function useHandles(
  nodes: readonly Node[],
  ports: ReadonlyMap<string, NodePorts>,
  rects: ReadonlyMap<string, Rect>,
): Node[] {
  const flow = useStoreApi();
  useState(() => trustWhatWasTold(flow));
  const known = useRef(new WeakMap<Node, Known>());
  return useMemo(
    () =>
      nodes.map((node) => {
        const [spots, rect] = [ports.get(node.id), rects.get(node.id)];
        if (!spots || !rect) return node;
        const { width, height } = rect;
        const before = known.current.get(node);
        if (before?.ports === spots && before.width === width && before.height === height) return before.with;
        const made = { ...node, handles: handlesOf(spots, width, height) };
        known.current.set(node, { ports: spots, width, height, with: made });
        return made;
      }),
    [nodes, ports, rects],
  );
}

/**
 * React Flow measures every node that comes into the page, and its ports with it: far out these are not there, and
 * their wires would go. A node that is as large as was told is left as it is.
 */
function trustWhatWasTold(flow: ReturnType<typeof useStoreApi>) {
  const { updateNodeInternals } = flow.getState();
  flow.setState({
    updateNodeInternals: (updates, params) => {
      const { nodeLookup } = flow.getState();
      const others = [...updates].filter(([id, { nodeElement }]) => {
        const { handles, measured } = nodeLookup.get(id) ?? {};
        const { offsetWidth, offsetHeight } = nodeElement;
        return !handles || measured?.width !== offsetWidth || measured.height !== offsetHeight;
      });
      if (others.length) updateNodeInternals(new Map(others), params);
    },
  });
}

function handlesOf(ports: NodePorts, width: number, height: number): NodeHandle[] {
  const rect = { x: 0, y: 0, width, height };
  const handle = (spot: PortSpot, direction: "in" | "out"): NodeHandle[] => {
    const end = portEnd(rect, ports, direction, spot.port);
    if (!end) return [];
    return [
      {
        id: spot.port,
        type: direction === "in" ? "target" : "source",
        position: POSITION[end.side],
        x: end.x - PORT_SIZE / 2,
        y: end.y - PORT_SIZE / 2,
        width: PORT_SIZE,
        height: PORT_SIZE,
      },
    ];
  };
  return [
    ...ports.inputs.flatMap((spot) => handle(spot, "in")),
    ...ports.outputs.flatMap((spot) => handle(spot, "out")),
  ];
}
