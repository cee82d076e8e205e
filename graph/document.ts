/** The graph file: its schema and its canonical text. */
import { z } from "zod";
import { GRAPH_LIMITS as LIMITS } from "./limits";

export const GRAPH_FORMAT = 1;
/** No dots or brackets: they separate node, port and slot in wires. */
export const ID = /^[A-Za-z0-9_-]{1,64}$/;
const id = z.string().regex(ID);
export const PORT_REF = /^([A-Za-z0-9_-]{1,64})\.([A-Za-z0-9_-]+)(?:\[([A-Za-z0-9_-]{1,64})\])?$/;

export const NODE_STATES = ["active", "muted", "bypassed", "frozen"] as const;
export type NodeState = (typeof NODE_STATES)[number];

const place = z.number().min(-LIMITS.place).max(LIMITS.place);
export const point = z.tuple([place, place]);
const title = z.string().max(LIMITS.name);
const refs = z.array(z.string().max(LIMITS.name)).max(LIMITS.refs);
const nodeSchema = z.strictObject({
  id,
  kind: z.string().min(1).max(LIMITS.name),
  version: z.int().min(1),
  params: z.record(z.string(), z.json()).default({}),
  title: title.optional(),
  state: z.enum(NODE_STATES).optional(),
  frozen: z.record(z.string(), z.string().regex(/^sha256:[0-9a-f]{64}$/)).optional(),
});
const portRef = z.string().regex(PORT_REF);
const wireSchema = z.strictObject({
  from: portRef,
  to: portRef,
  via: z.array(point).max(LIMITS.via).optional(),
});
const noteSchema = z.strictObject({ id, markdown: z.string().max(LIMITS.note), after: id.optional() });
const frameSchema = z.strictObject({
  id,
  title,
  nodes: z.array(id).max(LIMITS.nodes),
  collapsed: z.boolean().optional(),
  promoted: refs.optional(),
});

export const graphSchema = z.strictObject({
  telar: z.literal(GRAPH_FORMAT),
  name: title,
  nodes: z.array(nodeSchema).max(LIMITS.nodes).default([]),
  wires: z.array(wireSchema).max(LIMITS.wires).default([]),
  notes: z.array(noteSchema).max(LIMITS.notes).optional(),
  frames: z.array(frameSchema).max(LIMITS.frames).optional(),
  app: z.strictObject({ inputs: refs, outputs: z.array(portRef).max(LIMITS.refs) }).optional(),
  layout: z.record(id, point).optional(),
  pinned: z.array(id).max(LIMITS.nodes).optional(),
});

export type GraphFile = z.output<typeof graphSchema>;
export type GraphNode = GraphFile["nodes"][number];
export type GraphWire = GraphFile["wires"][number];
export type GraphNote = NonNullable<GraphFile["notes"]>[number];
export type GraphFrame = NonNullable<GraphFile["frames"]>[number];
export type JsonValue = GraphNode["params"][string];

/** One end of a wire: `mix.data[faq]` is node `mix`, port `data`, slot `faq`. */
export type PortRef = { node: string; port: string; slot?: string };

export function parsePortRef(text: string): PortRef {
  const match = PORT_REF.exec(text);
  if (!match) throw new Error(`"${text}" is not node.port or node.port[slot]`);
  const [, node, port, slot] = match as unknown as [string, string, string, string | undefined];
  return slot === undefined ? { node, port } : { node, port, slot };
}

export function formatPortRef({ node, port, slot }: PortRef): string {
  return slot === undefined ? `${node}.${port}` : `${node}.${port}[${slot}]`;
}

export function emptyGraph(name: string): GraphFile {
  return { telar: GRAPH_FORMAT, name, nodes: [], wires: [] };
}

const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** The same graph in canonical order: ids, wires and parameter names sorted, empty and default parts left out. */
export function canonicalGraph(file: GraphFile): GraphFile {
  const sorted = <T extends { id: string }>(items: T[]) => [...items].sort((a, b) => byText(a.id, b.id));
  const notes = sorted(file.notes ?? []).map(({ id, markdown, after }) => ({
    id,
    markdown,
    ...(after === undefined ? {} : { after }),
  }));
  const frames = sorted(file.frames ?? []).map((frame) => ({
    id: frame.id,
    title: frame.title,
    nodes: [...frame.nodes].sort(byText),
    ...(frame.collapsed ? { collapsed: true } : {}),
    ...(frame.promoted?.length ? { promoted: frame.promoted } : {}),
  }));
  const layout = Object.entries(file.layout ?? {}).sort(([a], [b]) => byText(a, b));
  const pinned = [...(file.pinned ?? [])].sort(byText);
  const app = file.app && (file.app.inputs.length || file.app.outputs.length) ? file.app : undefined;
  return {
    telar: GRAPH_FORMAT,
    name: file.name,
    nodes: sorted(file.nodes).map(canonicalNode),
    wires: [...file.wires]
      .sort((a, b) => byText(a.from, b.from) || byText(a.to, b.to))
      .map(({ from, to, via }) => ({ from, to, ...(via?.length ? { via } : {}) })),
    ...(notes.length ? { notes } : {}),
    ...(frames.length ? { frames } : {}),
    ...(app ? { app: { inputs: app.inputs, outputs: app.outputs } } : {}),
    ...(layout.length ? { layout: Object.fromEntries(layout) } : {}),
    ...(pinned.length ? { pinned } : {}),
  };
}

function canonicalNode(node: GraphNode): GraphNode {
  const params = Object.fromEntries(Object.entries(node.params).sort(([a], [b]) => byText(a, b)));
  const frozen = node.frozen && Object.entries(node.frozen).sort(([a], [b]) => byText(a, b));
  return {
    id: node.id,
    kind: node.kind,
    version: node.version,
    params,
    ...(node.title ? { title: node.title } : {}),
    ...(node.state && node.state !== "active" ? { state: node.state } : {}),
    ...(frozen?.length ? { frozen: Object.fromEntries(frozen) } : {}),
  };
}

/** The canonical text: two-space indent, newline at the end. Equal graphs give equal bytes. */
export function formatGraph(file: GraphFile): string {
  return `${JSON.stringify(canonicalGraph(file), null, 2)}\n`;
}
