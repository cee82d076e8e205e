/**
 * The working copy of a graph as a Yjs document; the graph file is its pure projection.
 * Wires are keyed by the input they end in, so an input keeps one wire however edits merge.
 */
import * as Y from "yjs";
import {
  canonicalGraph,
  GRAPH_FORMAT,
  type GraphFile,
  type GraphFrame,
  type GraphNode,
  type GraphWire,
  type JsonValue,
  type NodeState,
  parsePortRef,
} from "../document";

export type DraftNode = Y.Map<unknown>;

export const draftParts = (doc: Y.Doc) => ({
  meta: doc.getMap<string>("meta"),
  nodes: doc.getMap<DraftNode>("nodes"),
  wires: doc.getMap<Pick<GraphWire, "from" | "via">>("wires"),
  notes: doc.getMap<Y.Map<string>>("notes"),
  frames: doc.getMap<Omit<GraphFrame, "id">>("frames"),
  app: doc.getMap<string[]>("app"),
  layout: doc.getMap<[number, number]>("layout"),
  pinned: doc.getMap<true>("pinned"),
});

export function draftNode(node: Omit<GraphNode, "id">): DraftNode {
  const map = new Y.Map<unknown>();
  map.set("kind", node.kind);
  map.set("version", node.version);
  map.set("params", new Y.Map(Object.entries(node.params)));
  if (node.title) map.set("title", node.title);
  if (node.state && node.state !== "active") map.set("state", node.state);
  if (node.frozen) map.set("frozen", node.frozen);
  return map;
}

export function draftNote({
  markdown,
  after,
}: {
  markdown: string;
  after?: string | undefined;
}): Y.Map<string> {
  return new Y.Map(
    after === undefined
      ? [["markdown", markdown]]
      : [
          ["markdown", markdown],
          ["after", after],
        ],
  );
}

/** Fills an empty or old document so that its projection is exactly `file`. One transaction. */
export function writeDraft(doc: Y.Doc, file: GraphFile, origin: unknown = null): void {
  doc.transact(() => {
    const parts = draftParts(doc);
    for (const part of Object.values(parts)) part.clear();
    parts.meta.set("name", file.name);
    for (const { id, ...node } of file.nodes) parts.nodes.set(id, draftNode(node));
    for (const { from, to, via } of file.wires)
      parts.wires.set(to, { from, ...(via?.length ? { via } : {}) });
    for (const { id, ...note } of file.notes ?? []) parts.notes.set(id, draftNote(note));
    for (const { id, ...frame } of file.frames ?? []) parts.frames.set(id, frame);
    for (const [key, list] of Object.entries(file.app ?? {})) parts.app.set(key, list);
    for (const [id, at] of Object.entries(file.layout ?? {})) parts.layout.set(id, at);
    for (const id of file.pinned ?? []) parts.pinned.set(id, true);
  }, origin);
}

export function fileToDoc(file: GraphFile): Y.Doc {
  const doc = new Y.Doc();
  writeDraft(doc, file);
  return doc;
}

/** The projection. What a concurrent delete left dangling (wires, places, members of frames) is left out. */
export function docToFile(doc: Y.Doc): GraphFile {
  const parts = draftParts(doc);
  const nodes = [...parts.nodes].map(([id, map]) => readNode(id, map));
  const ids = new Set(nodes.map((n) => n.id));
  const owners = new Set([...ids, ...parts.notes.keys(), ...parts.frames.keys()]);
  return canonicalGraph({
    telar: GRAPH_FORMAT,
    name: parts.meta.get("name") ?? "",
    nodes,
    wires: [...parts.wires]
      .map(([to, wire]) => ({ ...wire, to }))
      .filter((w) => ids.has(parsePortRef(w.from).node) && ids.has(parsePortRef(w.to).node)),
    notes: [...parts.notes].map(([id, map]) => {
      const after = map.get("after");
      return {
        id,
        markdown: map.get("markdown") ?? "",
        ...(after === undefined || !ids.has(after) ? {} : { after }),
      };
    }),
    frames: [...parts.frames].map(([id, frame]) => ({
      id,
      ...frame,
      nodes: frame.nodes.filter((n) => ids.has(n)),
    })),
    app: { inputs: parts.app.get("inputs") ?? [], outputs: parts.app.get("outputs") ?? [] },
    layout: Object.fromEntries([...parts.layout].filter(([id]) => owners.has(id))),
    pinned: [...parts.pinned.keys()].filter((id) => ids.has(id)),
  });
}

function readNode(id: string, map: DraftNode): GraphNode {
  const title = map.get("title") as string | undefined;
  const state = map.get("state") as NodeState | undefined;
  const frozen = map.get("frozen") as Record<string, string> | undefined;
  return {
    id,
    kind: map.get("kind") as string,
    version: map.get("version") as number,
    params: Object.fromEntries(map.get("params") as Y.Map<JsonValue>),
    ...(title ? { title } : {}),
    ...(state ? { state } : {}),
    ...(frozen ? { frozen } : {}),
  };
}
