/** Of a large graph only what is in sight is drawn, and what was a moment ago: a move to and fro draws nothing twice. */
import type { Edge, Node } from "@xyflow/react";
import { area, contains, hull, type Rect, touches } from "../arrange/geometry";
import { rectOf } from "./flow";

/** At most this many times what is in sight stays drawn. */
const MOST = 2;

/** The part of the plane that is drawn once `seen` is in sight; `before` itself where that is enough. */
export function partDrawn(before: Rect | undefined, seen: Rect): Rect {
  if (!before) return seen;
  const both = contains(before, seen) ? before : hull(before, seen);
  return area(both) > MOST * area(seen) ? seen : both;
}

/** What touches a part of the plane: wires, and the ids of nodes with those at the ends of these wires. */
export function within(
  part: Rect,
  nodes: readonly Node[],
  edges: readonly Edge[],
): { ids: Set<string>; edges: Edge[] } {
  const rects = new Map(nodes.map((n) => [n.id, rectOf(n)]));
  const ids = new Set<string>();
  for (const [id, rect] of rects) if (!rect || touches(part, rect)) ids.add(id);
  const wires = edges.filter(({ source, target }) => {
    const [a, b] = [rects.get(source), rects.get(target)];
    return a && b ? touches(part, hull(a, b)) : ids.has(source) && ids.has(target);
  });
  for (const { source, target } of wires) ids.add(source).add(target);
  return { ids, edges: wires };
}
