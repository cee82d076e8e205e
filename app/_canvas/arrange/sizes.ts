/**
 * Sizes of nodes, counted from what stands in them, so that a graph is laid out before the browser has drawn it.
 * The heights are the ones of `draw/node.css`; px at 100 %.
 */
import type { AnyNode, Catalogue } from "@/graph/define-node";
import type { GraphNode } from "@/graph/document";
import { isNothing } from "../draw/is-nothing";
import { HEADER, type NodePorts, PORT_ROW, rowsOf } from "../draw/ports";
import type { Size } from "./arrange";

export const NODE_WIDTH = 200;
export const PORT_SIZE = 12;
const NODE_WIDTH_LARGE = 232;
const PORTS_END = 3;
const BODY = 8;
const EMPTY_BODY = 2;
const TELLING_ROW = 17;
const CURVE = 81;
const FOOT = 25;

export const widthOf = (definition: Pick<AnyNode, "canvas"> | undefined) =>
  definition?.canvas?.wide ? NODE_WIDTH_LARGE : NODE_WIDTH;

/** `ports`: where they stand, once known; before that all count as rows. `params`: with what was inferred. */
export function sizeOf(
  node: Pick<GraphNode, "kind"> & { params?: Readonly<Record<string, unknown>> },
  catalogue: Catalogue,
  ports?: NodePorts,
): Size {
  const definition = catalogue[node.kind];
  const sides = ports && rowsOf(ports);
  const rows = Math.max(
    sides?.left.length ?? Object.keys(definition?.inputs ?? {}).length,
    sides?.right.length ?? Object.keys(definition?.outputs ?? {}).length,
  );
  const telling = (definition?.telling ?? []).filter((name) => !node.params || !isNothing(node.params[name]));
  const body = telling.length * TELLING_ROW + (definition?.canvas?.curve ? CURVE : 0);
  return {
    width: widthOf(definition),
    height: HEADER + (rows ? rows * PORT_ROW + PORTS_END : 0) + (body ? body + BODY : EMPTY_BODY) + FOOT,
  };
}

const NOTE_WIDTH = 196;
const NOTE_LINE = 17;
const NOTE_PADDING = 21;
const NOTE_LETTERS = 32;

/** About as large as a note is drawn: how its lines break is known to the browser alone. */
export function noteSize(markdown: string): Size {
  const lines = markdown
    .split("\n")
    .reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / NOTE_LETTERS)), 0);
  return { width: NOTE_WIDTH, height: NOTE_PADDING + lines * NOTE_LINE };
}
