/**
 * The graph as the canvas draws it: a collapsed frame is one node with the ports that cross its edge;
 * inside a frame only its members are drawn. Pure. Nothing of this is in the file.
 */
import type { AnyNode, Catalogue, InputSpec, OutputSpec } from "@/graph/define-node";
import { formatPortRef, type GraphFile, type GraphFrame, parsePortRef } from "@/graph/document";
import { crossing } from "@/graph/frames";

export type DrawnWire = {
  /** The input of the file it ends in: names the wire. */
  id: string;
  from: string;
  to: string;
  via?: [number, number][];
};
export type Drawn = {
  file: GraphFile;
  catalogue: Catalogue;
  wires: readonly DrawnWire[];
  /** Frames drawn around nodes, and those drawn as one node. */
  open: readonly GraphFrame[];
  closed: readonly GraphFrame[];
  /** The port of the file that a port of a collapsed frame stands for. */
  refs: ReadonlyMap<string, string>;
};

/** Kind of the node that stands for a collapsed frame. */
const kindOf = (frame: GraphFrame) => `frame:${frame.id}`;

/** Ports of one node inside a frame as one word, as ports are named. */
const worded = (ref: string) => {
  const { node, port, slot } = parsePortRef(ref);
  return [node, port, ...(slot === undefined ? [] : [slot])].join("--");
};

const NO_REFS: Drawn["refs"] = new Map();

export function drawGraph(file: GraphFile, catalogue: Catalogue, inside?: string): Drawn {
  const frames = file.frames ?? [];
  const entered = frames.find((f) => f.id === inside);
  if (entered) return within(file, catalogue, entered);
  const closed = frames.filter((f) => f.collapsed && f.nodes.length > 0);
  const open = frames.filter((f) => !closed.includes(f));
  const wires = drawnWires(file.wires);
  if (!closed.length) return { file, catalogue, wires, open, closed, refs: NO_REFS };

  const owner = new Map(closed.flatMap((f) => f.nodes.map((id) => [id, f] as const)));
  const refs = new Map<string, string>();
  const ref = (real: string) => {
    const frame = owner.get(parsePortRef(real).node);
    if (!frame) return real;
    const shown = formatPortRef({ node: frame.id, port: worded(real) });
    refs.set(shown, real);
    return shown;
  };
  const drawn = wires.flatMap((wire): DrawnWire[] => {
    const [a, b] = [owner.get(parsePortRef(wire.from).node), owner.get(parsePortRef(wire.to).node)];
    if (a && a === b) return [];
    return [a || b ? { ...wire, from: ref(wire.from), to: ref(wire.to) } : wire];
  });
  const extra = Object.fromEntries(closed.map((f) => [kindOf(f), definitionOf(file, f, catalogue)]));
  const nodes = [
    ...file.nodes.filter((n) => !owner.has(n.id)),
    ...closed.map((f) => ({ id: f.id, kind: kindOf(f), version: 1, params: {} })),
  ];
  return {
    file: {
      ...file,
      nodes,
      wires: drawn.map(({ from, to, via }) => ({ from, to, ...(via ? { via } : {}) })),
    },
    catalogue: { ...catalogue, ...extra },
    wires: drawn,
    open,
    closed,
    refs,
  };
}

/** The same list for the same wires: an edit elsewhere leads none of them again. */
const known = new WeakMap<GraphFile["wires"], DrawnWire[]>();
function drawnWires(wires: GraphFile["wires"]): DrawnWire[] {
  const made = known.get(wires) ?? wires.map(asDrawn);
  known.set(wires, made);
  return made;
}

const asDrawn = ({ from, to, via }: GraphFile["wires"][number]): DrawnWire => ({
  id: to,
  from,
  to,
  ...(via ? { via } : {}),
});

function within(file: GraphFile, catalogue: Catalogue, frame: GraphFrame): Drawn {
  const members = new Set(frame.nodes);
  const has = (ref: string) => members.has(parsePortRef(ref).node);
  const wires = file.wires.filter((w) => has(w.from) && has(w.to));
  const notes = (file.notes ?? []).filter((n) => n.after !== undefined && members.has(n.after));
  return {
    file: { ...file, nodes: file.nodes.filter((n) => members.has(n.id)), wires, notes },
    catalogue,
    wires: wires.map(asDrawn),
    open: [],
    closed: [],
    refs: NO_REFS,
  };
}

function definitionOf(file: GraphFile, frame: GraphFrame, catalogue: Catalogue): AnyNode {
  const kind = (ref: string) =>
    catalogue[file.nodes.find((n) => n.id === parsePortRef(ref).node)?.kind ?? ""];
  const { inputs, outputs } = crossing(file, frame);
  const into = inputs.flatMap((ref): [string, InputSpec][] => {
    const spec = kind(ref)?.inputs[parsePortRef(ref).port];
    return spec ? [[worded(ref), { want: spec.want, labels: spec.labels }]] : [];
  });
  const out = outputs.flatMap((ref): [string, OutputSpec][] => {
    const spec = kind(ref)?.outputs[parsePortRef(ref).port];
    return spec ? [[worded(ref), { type: spec.type }]] : [];
  });
  return {
    ...BLANK,
    kind: kindOf(frame),
    inputs: Object.fromEntries(into),
    outputs: Object.fromEntries(out),
    telling: frame.promoted ?? [],
  };
}

const BLANK = {
  version: 1,
  codeVersion: 1,
  category: "data",
  icon: "layers",
  params: undefined as unknown as AnyNode["params"],
  infer: () => ({}),
  resources: () => ({ threads: 0, memoryBytes: 0, gpus: 0 }),
  estimate: () => ({ seconds: 0, memoryBytes: 0, diskBytes: 0, wattHours: 0 }),
  cache: "content",
} satisfies Partial<AnyNode>;
