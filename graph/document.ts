/** The graph file: its schema, its canonical text, and every problem of a bad one named by node and field. */
import { z } from "zod";
import { type Problem, problem } from "./problems";

export const GRAPH_FORMAT = 1;
/** No dots or brackets: they separate node, port and slot in wires. */
const ID = /^[A-Za-z0-9_-]{1,64}$/;
const id = z.string().regex(ID);
const PORT_REF = /^([A-Za-z0-9_-]{1,64})\.([A-Za-z0-9_-]+)(?:\[([A-Za-z0-9_-]{1,64})\])?$/;

export const NODE_STATES = ["active", "muted", "bypassed", "frozen"] as const;
export type NodeState = (typeof NODE_STATES)[number];

const point = z.tuple([z.number(), z.number()]);
const nodeSchema = z.strictObject({
  id,
  kind: z.string().min(1),
  version: z.int().min(1),
  params: z.record(z.string(), z.json()).default({}),
  title: z.string().optional(),
  state: z.enum(NODE_STATES).optional(),
  frozen: z.record(z.string(), z.string().regex(/^sha256:[0-9a-f]{64}$/)).optional(),
});
const wireSchema = z.strictObject({
  from: z.string().regex(PORT_REF),
  to: z.string().regex(PORT_REF),
  via: z.array(point).optional(),
});
const noteSchema = z.strictObject({ id, markdown: z.string(), after: id.optional() });
const frameSchema = z.strictObject({
  id,
  title: z.string(),
  nodes: z.array(id),
  collapsed: z.boolean().optional(),
  promoted: z.array(z.string()).optional(),
});

export const graphSchema = z.strictObject({
  telar: z.literal(GRAPH_FORMAT),
  name: z.string(),
  nodes: z.array(nodeSchema).default([]),
  wires: z.array(wireSchema).default([]),
  notes: z.array(noteSchema).optional(),
  frames: z.array(frameSchema).optional(),
  app: z.strictObject({ inputs: z.array(z.string()), outputs: z.array(z.string()) }).optional(),
  layout: z.record(id, point).optional(),
  pinned: z.array(id).optional(),
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

/** Reads a graph file's text. A bad file gives problems and no graph. Unknown kinds are kept as they are. */
export function parseGraph(text: string): { file?: GraphFile; problems: Problem[] } {
  let json: unknown;
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    return { problems: [problem("graph-not-json", {}, { detail: (error as Error).message })] };
  }
  return readGraph(json);
}

export function readGraph(json: unknown): { file?: GraphFile; problems: Problem[] } {
  const version = (json as { telar?: unknown } | null)?.telar;
  if (typeof version === "number" && version > GRAPH_FORMAT) {
    return { problems: [problem("graph-too-new", {}, { version, known: GRAPH_FORMAT })] };
  }
  const parsed = graphSchema.safeParse(json);
  if (!parsed.success) {
    return { problems: parsed.error.issues.map((issue) => fieldProblem(json, issue)) };
  }
  const problems = [...repeatedIds(parsed.data), ...repeatedTargets(parsed.data)];
  return problems.length ? { problems } : { file: parsed.data, problems };
}

function fieldProblem(json: unknown, issue: z.core.$ZodIssue): Problem {
  const [list, index] = issue.path;
  const field = issue.path.map(String).join(".") || "telar";
  const item =
    typeof index === "number"
      ? (json as Record<string, { id?: unknown }[]>)[String(list)]?.[index]
      : undefined;
  const node = list === "nodes" && typeof item?.id === "string" ? { node: item.id } : {};
  return problem("graph-field", node, { field, detail: issue.message });
}

function repeated<T>(items: readonly T[], key: (item: T) => string): T[] {
  const seen = new Set<string>();
  return items.filter((item) => {
    if (seen.has(key(item))) return true;
    seen.add(key(item));
    return false;
  });
}

function repeatedIds(file: GraphFile): Problem[] {
  const owners = [...file.nodes, ...(file.notes ?? []), ...(file.frames ?? [])];
  return repeated(owners, (o) => o.id).map(({ id }) => problem("id-repeated", { node: id }, { id }));
}

function repeatedTargets(file: GraphFile): Problem[] {
  return repeated(file.wires, (w) => w.to).map(({ to }) => {
    const { node, port } = parsePortRef(to);
    return problem("input-taken", { node, port }, { to });
  });
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
