/** Which side of a node each port stands on. A wire that runs straight down a column joins bottom to top; all others go from right to left. */
import type { Catalogue } from "@/graph/define-node";
import { type GraphFile, parsePortRef } from "@/graph/document";
import type { PortTypeName } from "@/graph/ports";
import type { End, Rect, Side } from "../arrange/geometry";

export type PortSpot = {
  port: string;
  /** The port of the file, where this one stands on a collapsed frame. */
  ref?: string;
  type: PortTypeName;
  side: Side;
  wired: boolean;
  optional?: true;
  quiet?: true;
};
export type NodePorts = { inputs: PortSpot[]; outputs: PortSpot[] };

/** How far two nodes' middles may lie apart and still count as one column. */
const SAME_COLUMN = 40;
export const HEADER = 34;
export const PORT_ROW = 18;

type Rects = ReadonlyMap<string, Rect>;
const NO_REFS: ReadonlyMap<string, string> = new Map();

const middle = (r: Rect) => r.x + r.width / 2;
const below = (a: Rect, b: Rect) =>
  b.y >= a.y + a.height + 12 && b.y - a.y - a.height < 180 && Math.abs(middle(a) - middle(b)) <= SAME_COLUMN;

function stands(file: GraphFile, rects: Rects, from: string, to: string): boolean {
  const [a, b] = [rects.get(from), rects.get(to)];
  if (!a || !b || !below(a, b)) return false;
  for (const [id, r] of rects)
    if (
      id !== from &&
      id !== to &&
      r.y < b.y &&
      r.y + r.height > a.y + a.height &&
      Math.abs(middle(r) - middle(a)) < a.width
    )
      return false;
  return file.nodes.length > 1;
}

export function placePorts(
  file: GraphFile,
  catalogue: Catalogue,
  rects: Rects,
  refs: ReadonlyMap<string, string> = NO_REFS,
): Map<string, NodePorts> {
  const upright = uprightWires(file, rects);
  const wired = new Set(file.wires.flatMap((w) => [`>${w.to.replace(/\[.*/, "")}`, `<${w.from}`]));
  const placed = new Map<string, NodePorts>();
  for (const node of file.nodes) {
    const definition = catalogue[node.kind];
    const inputs = Object.entries(definition?.inputs ?? {}).map(([port, spec]): PortSpot => {
      const ref = `${node.id}.${port}`;
      const side = upright.has(`>${ref}`) ? "top" : "left";
      return {
        port,
        type: spec.want.type,
        side,
        ...(refs.has(ref) ? { ref: refs.get(ref)! } : {}),
        wired: wired.has(`>${ref}`),
        ...(spec.optional ? { optional: true } : {}),
      };
    });
    const outputs = Object.entries(definition?.outputs ?? {}).map(([port, spec]): PortSpot => {
      const ref = `${node.id}.${port}`;
      const side = upright.has(`<${ref}`) ? "bottom" : "right";
      return {
        port,
        type: spec.type,
        side,
        ...(refs.has(ref) ? { ref: refs.get(ref)! } : {}),
        wired: wired.has(`<${ref}`),
        ...(spec.secondary ? { quiet: true } : {}),
      };
    });
    placed.set(node.id, { inputs, outputs });
  }
  return placed;
}

/** Ends of wires drawn bottom to top: `<node.port` and `>node.port`. At most one a side of a node. */
function uprightWires(file: GraphFile, rects: Rects): Set<string> {
  const ends = new Set<string>();
  const taken = new Set<string>();
  const fan = new Map<string, number>();
  for (const wire of file.wires) fan.set(wire.from, (fan.get(wire.from) ?? 0) + 1);
  for (const wire of file.wires) {
    const [from, to] = [parsePortRef(wire.from), parsePortRef(wire.to)];
    if ((fan.get(wire.from) ?? 0) > 1 || to.slot !== undefined) continue;
    if (taken.has(`<${from.node}`) || taken.has(`>${to.node}`)) continue;
    if (!stands(file, rects, from.node, to.node)) continue;
    taken.add(`<${from.node}`).add(`>${to.node}`);
    ends.add(`<${wire.from}`).add(`>${to.node}.${to.port}`);
  }
  return ends;
}

export const rowsOf = ({ inputs, outputs }: NodePorts) => ({
  left: inputs.filter((p) => p.side === "left"),
  right: outputs.filter((p) => p.side === "right"),
});

/** Where a port's middle lies. */
export function portEnd(
  rect: Rect,
  ports: NodePorts,
  direction: "in" | "out",
  port: string,
): End | undefined {
  const spot = (direction === "in" ? ports.inputs : ports.outputs).find((p) => p.port === port);
  if (!spot) return undefined;
  if (spot.side === "top") return { x: middle(rect), y: rect.y, side: "top" };
  if (spot.side === "bottom") return { x: middle(rect), y: rect.y + rect.height, side: "bottom" };
  const rows = rowsOf(ports);
  const row = (spot.side === "left" ? rows.left : rows.right).indexOf(spot);
  const y = rect.y + HEADER + row * PORT_ROW + PORT_ROW / 2;
  return { x: spot.side === "left" ? rect.x : rect.x + rect.width, y, side: spot.side };
}
