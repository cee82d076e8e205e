"use client";
/** Ports and routes from where nodes stand. Unchanged parts keep their reference, so only what moved is drawn again. */
import type { Edge } from "@xyflow/react";
import { useLayoutEffect, useMemo, useRef } from "react";
import { useView } from "@/app/_editor/context";
import { share } from "@/app/_editor/share";
import { parsePortRef } from "@/graph/document";
import type { CanvasStore } from "./canvas-store";
import type { Drawn } from "./drawn";
import type { Point, Rect } from "./geometry";
import { type NodePorts, placePorts, portEnd } from "./ports";
import { plain, routeWires, type WireEnds } from "./route";

/** Beyond this many wires × nodes, only wires of dragged nodes follow, and without looking at obstacles. */
const ROUTE_WHILE_DRAGGING = 900;

export function useWiring(
  store: CanvasStore,
  drawn: Drawn,
  rects: ReadonlyMap<string, Rect>,
  dragging: boolean,
) {
  const { file, catalogue, wires, refs } = drawn;
  const chosen = useView((v) => v.wires);
  const last = useRef<{ ports: Map<string, NodePorts>; routes: Map<string, Point[]> }>({
    ports: new Map(),
    routes: new Map(),
  });

  const ports = useMemo(
    () => keep(last.current.ports, placePorts(file, catalogue, rects, refs)),
    [file, catalogue, rects, refs],
  );

  const routes = useMemo(() => {
    const ends = wires.flatMap((wire): WireEnds[] => {
      const [from, to] = [parsePortRef(wire.from), parsePortRef(wire.to)];
      const [a, b] = [rects.get(from.node), rects.get(to.node)];
      const [out, into] = [ports.get(from.node), ports.get(to.node)];
      const start = a && out && portEnd(a, out, "out", from.port);
      const end = b && into && portEnd(b, into, "in", to.port);
      if (!start || !end) return [];
      return [
        { id: wire.id, trunk: wire.from, from: start, to: end, ...(wire.via ? { via: wire.via } : {}) },
      ];
    });
    if (dragging && ends.length * rects.size > ROUTE_WHILE_DRAGGING) {
      const old = last.current.routes;
      return keep(
        old,
        new Map(ends.map((w) => [w.id, follows(old.get(w.id), w) ? old.get(w.id)! : plain(w)])),
      );
    }
    return keep(last.current.routes, routeWires(ends, [...rects.values()]));
  }, [wires, rects, ports, dragging]);

  useLayoutEffect(() => {
    last.current = { ports, routes };
    store.setState({ drawn, ports, routes });
  }, [store, drawn, ports, routes]);

  const edges = useMemo(() => {
    const picked = new Set(chosen);
    return wires.map((wire): Edge => {
      const [from, to] = [parsePortRef(wire.from), parsePortRef(wire.to)];
      return {
        id: wire.id,
        type: "thread",
        source: from.node,
        target: to.node,
        sourceHandle: from.port,
        targetHandle: to.port,
        selected: picked.has(wire.id),
      };
    });
  }, [wires, chosen]);
  return { edges };
}

const follows = (route: Point[] | undefined, { from, to }: WireEnds) =>
  route?.[0]?.x === from.x && route[0].y === from.y && route.at(-1)?.x === to.x && route.at(-1)?.y === to.y;

function keep<V>(old: Map<string, V>, next: Map<string, V>): Map<string, V> {
  let equal = old.size === next.size;
  for (const [id, value] of next) {
    const shared = share(old.get(id), value);
    next.set(id, shared);
    equal &&= old.get(id) === shared;
  }
  return equal ? old : next;
}
