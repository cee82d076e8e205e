"use client";
/** Ports and routes from where nodes stand. Unchanged parts keep their reference, so only what moved is drawn again. */
import type { Edge, Node } from "@xyflow/react";
import { useLayoutEffect, useMemo, useRef } from "react";
import { useView } from "@/app/_editor/context";
import { share } from "@/app/_editor/share";
import { type PortRef, parsePortRef } from "@/graph/document";
import type { Point, Rect } from "../arrange/geometry";
import type { CanvasStore } from "../canvas-store";
import { type NodePorts, placePorts, portEnd } from "../draw/ports";
import type { Drawn, DrawnWire } from "../look/drawn";
import { plain, routeWires, throughPoints, type WireEnds } from "./route";

/** Beyond this many wires × nodes, only wires of dragged nodes follow, and without looking at obstacles. */
const ROUTE_WHILE_DRAGGING = 900;

type Rects = ReadonlyMap<string, Rect>;
type Ports = Map<string, NodePorts>;
type Routes = Map<string, Point[]>;
type Standing = { nodes: readonly Node[]; rects: Rects; dragging: boolean };
type Parsed = { wire: DrawnWire; from: PortRef; to: PortRef };
type Last = { wires: readonly Parsed[]; rects: Rects; ports: Ports; routes: Routes };

export function useWiring(store: CanvasStore, drawn: Drawn, { nodes, rects, dragging }: Standing) {
  const { file, catalogue, wires, refs } = drawn;
  const chosen = useView((v) => v.wires);
  const last = useRef<Last>({ wires: [], rects: new Map(), ports: new Map(), routes: new Map() });
  const parsed = useMemo(
    () => wires.map((wire): Parsed => ({ wire, from: parsePortRef(wire.from), to: parsePortRef(wire.to) })),
    [wires],
  );

  const { ports, routes } = useMemo(() => {
    const before = last.current;
    const quick = dragging && parsed.length * rects.size > ROUTE_WHILE_DRAGGING && before.wires === parsed;
    if (quick) return { ports: before.ports, routes: follow(before, rects) };
    const placed = keep(before.ports, placePorts(file, catalogue, rects, refs));
    const ends = parsed.flatMap((wire) => endsOf(wire, rects, placed) ?? []);
    return { ports: placed, routes: keep(before.routes, routeWires(ends, [...rects.values()])) };
  }, [parsed, file, catalogue, refs, rects, dragging]);

  useLayoutEffect(() => {
    last.current = { wires: parsed, rects, ports, routes };
    store.setState({ drawn, nodes, ports, routes });
  }, [store, drawn, nodes, parsed, rects, ports, routes]);

  const edges = useMemo(() => {
    const picked = new Set(chosen);
    return parsed.map(
      ({ wire, from, to }): Edge => ({
        id: wire.id,
        type: "thread",
        source: from.node,
        target: to.node,
        sourceHandle: from.port,
        targetHandle: to.port,
        selected: picked.has(wire.id),
      }),
    );
  }, [parsed, chosen]);
  return { edges, ports };
}

function endsOf({ wire, from, to }: Parsed, rects: Rects, ports: Ports): WireEnds | undefined {
  const [a, b] = [rects.get(from.node), rects.get(to.node)];
  const [out, into] = [ports.get(from.node), ports.get(to.node)];
  const start = a && out && portEnd(a, out, "out", from.port);
  const end = b && into && portEnd(b, into, "in", to.port);
  if (!start || !end) return undefined;
  return {
    id: wire.id,
    trunk: wire.from,
    from: start,
    to: end,
    ...(wire.via ? { via: wire.via } : {}),
  };
}

/** While nodes of a large graph are dragged: their own wires follow, ports stay on their sides. */
function follow(before: Last, rects: Rects): Routes {
  const moved = new Set<string>();
  for (const [id, rect] of rects) if (before.rects.get(id) !== rect) moved.add(id);
  const routes = new Map(before.routes);
  for (const wire of before.wires) {
    if (!moved.has(wire.from.node) && !moved.has(wire.to.node)) continue;
    const ends = endsOf(wire, rects, before.ports);
    if (!ends) continue;
    routes.set(ends.id, ends.via?.length ? throughPoints(ends.from, ends.to, ends.via) : plain(ends));
  }
  return routes;
}

function keep<V>(old: Map<string, V>, next: Map<string, V>): Map<string, V> {
  let equal = old.size === next.size;
  for (const [id, value] of next) {
    const shared = share(old.get(id), value);
    next.set(id, shared);
    equal &&= old.get(id) === shared;
  }
  return equal ? old : next;
}
