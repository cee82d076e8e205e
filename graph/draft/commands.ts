/** Editor commands: each one function on the draft inside one transaction, so that each is one step of undo. */
import * as Y from "yjs";
import { byName } from "../by-name";
import type { GraphFile, GraphFrame, GraphNode, JsonValue, NodeState } from "../document";
import { formatPortRef, parsePortRef } from "../document";
import { draftNode, draftNote, writeDraft } from "./document";
import { type DraftNode, draftParts, readableFrames, readableWires } from "./parts";
import { readDraft } from "./read-draft";

/** Origin of a person's own edits: `new Y.UndoManager(…, { trackedOrigins: new Set([EDIT]) })`. */
export const EDIT = "edit";

const edit = <T>(doc: Y.Doc, change: (parts: ReturnType<typeof draftParts>) => T): T =>
  doc.transact(() => change(draftParts(doc)), EDIT);

/** What an undo manager must watch. */
export const undoScope = (doc: Y.Doc) => Object.values(draftParts(doc));

/** `base`, or `base-2`, `base-3`…: ids are readable because people script against them. */
export function freeId(doc: Y.Doc, base: string): string {
  const { nodes, notes, frames } = draftParts(doc);
  const taken = (id: string) => nodes.has(id) || notes.has(id) || frames.has(id);
  if (!taken(base)) return base;
  for (let i = 2; ; i++) if (!taken(`${base}-${i}`)) return `${base}-${i}`;
}

export function addNode(
  doc: Y.Doc,
  node: Pick<GraphNode, "kind" | "version"> & Partial<GraphNode>,
  at: [number, number],
): string {
  return edit(doc, ({ nodes, layout }) => {
    const id = freeId(doc, node.id ?? node.kind);
    nodes.set(id, draftNode({ ...node, params: node.params ?? {} }));
    layout.set(id, at);
    return id;
  });
}

/** With `heal`, what fed a removed node's first wired input feeds what it fed, where the caller says it fits. */
export function removeNodes(
  doc: Y.Doc,
  ids: readonly string[],
  heal?: (from: string, to: string) => boolean,
): void {
  edit(doc, ({ nodes, wires, layout, pinned, notes, frames }) => {
    const gone = new Set(ids);
    const all = readableWires({ wires });
    const into = new Map<string, { from: string; to: string }[]>();
    for (const wire of all) {
      const { node } = parsePortRef(wire.to);
      const list = into.get(node);
      if (list) list.push(wire);
      else into.set(node, [wire]);
    }
    /** The nearest outputs upstream of a removed node that stay. */
    const upstream = (id: string): string[] => {
      const found: string[] = [];
      const seen = new Set([id]);
      const waiting = [...(into.get(id) ?? [])].reverse();
      for (let wire = waiting.pop(); wire; wire = waiting.pop()) {
        const parent = parsePortRef(wire.from).node;
        if (!gone.has(parent)) found.push(wire.from);
        else if (!seen.has(parent)) {
          seen.add(parent);
          waiting.push(...[...(into.get(parent) ?? [])].reverse());
        }
      }
      return found;
    };
    for (const { from, to } of all) {
      const source = parsePortRef(from).node;
      const cut = gone.has(source) || gone.has(parsePortRef(to).node);
      if (!cut) continue;
      wires.delete(to);
      if (!heal || gone.has(parsePortRef(to).node)) continue;
      const bridge = upstream(source).find((candidate) => heal(candidate, to));
      if (bridge) wires.set(to, { from: bridge });
    }
    for (const [id, frame] of readableFrames({ frames })) {
      const left = frame.nodes.filter((n) => !gone.has(n));
      if (left.length === frame.nodes.length) continue;
      if (left.length) frames.set(id, { ...frame, nodes: left });
      else gone.add(id);
    }
    for (const id of gone) for (const part of [nodes, layout, pinned, notes, frames]) part.delete(id);
  });
}

export const connect = (doc: Y.Doc, from: string, to: string, via?: [number, number][]) =>
  edit(doc, ({ wires }) => void wires.set(to, { from, ...(via?.length ? { via } : {}) }));

export const disconnect = (doc: Y.Doc, to: string) => edit(doc, ({ wires }) => wires.delete(to));

/** Puts a new node between the two ends of the wire into `to`. */
export function insertOnWire(
  doc: Y.Doc,
  to: string,
  node: Pick<GraphNode, "kind" | "version"> & Partial<GraphNode>,
  ports: { input: string; output: string },
  at: [number, number],
): string {
  return edit(doc, ({ wires }) => {
    const from = wires.get(to)?.from;
    const id = addNode(doc, node, at);
    if (from) wires.set(formatPortRef({ node: id, port: ports.input }), { from });
    wires.set(to, { from: formatPortRef({ node: id, port: ports.output }) });
    return id;
  });
}

/** A node as it can be edited: one that stands there in another shape is written anew first. */
function nodeMap(doc: Y.Doc, nodes: Y.Map<DraftNode>, id: string): DraftNode | undefined {
  const held: unknown = nodes.get(id);
  if (held instanceof Y.Map && held.get("params") instanceof Y.Map) return held;
  const read = held === undefined ? undefined : readDraft(doc).file.nodes.find((node) => node.id === id);
  if (!read) return undefined;
  nodes.set(id, draftNode(read));
  return nodes.get(id);
}

/** `undefined` takes the parameter back to its default. */
export function setParam(doc: Y.Doc, id: string, name: string, value: JsonValue | undefined): void {
  edit(doc, ({ nodes }) => {
    const params = nodeMap(doc, nodes, id)?.get("params") as Y.Map<JsonValue> | undefined;
    if (value === undefined) params?.delete(name);
    else params?.set(name, value);
  });
}

export function setTitle(doc: Y.Doc, id: string, title: string): void {
  edit(doc, ({ nodes }) => {
    const node = nodeMap(doc, nodes, id);
    if (title) node?.set("title", title);
    else node?.delete("title");
  });
}

/** Pressing the same state again makes the node active. Freezing needs the digests to keep. */
export function setState(
  doc: Y.Doc,
  ids: readonly string[],
  state: NodeState,
  frozen?: Record<string, Record<string, string>>,
): void {
  edit(doc, ({ nodes }) => {
    for (const id of ids) {
      const node = nodeMap(doc, nodes, id);
      if (!node) continue;
      node.delete("frozen");
      if (state === "active") node.delete("state");
      else node.set("state", state);
      if (state === "frozen" && frozen?.[id]) node.set("frozen", frozen[id]);
    }
  });
}

export function moveNodes(doc: Y.Doc, places: Readonly<Record<string, [number, number]>>): void {
  edit(doc, ({ layout }) => {
    for (const [id, [x, y]] of Object.entries(places)) layout.set(id, [Math.round(x), Math.round(y)]);
  });
}

export function setPinned(doc: Y.Doc, ids: readonly string[], on: boolean): void {
  edit(doc, ({ pinned }) => {
    for (const id of ids) {
      if (on) pinned.set(id, true);
      else pinned.delete(id);
    }
  });
}

export const setName = (doc: Y.Doc, name: string) => edit(doc, ({ meta }) => void meta.set("name", name));

export function setNote(
  doc: Y.Doc,
  id: string,
  note: { markdown: string; after?: string },
  at?: [number, number],
): void {
  edit(doc, ({ notes, layout }) => {
    const map = notes.get(id);
    if (map instanceof Y.Map) map.set("markdown", note.markdown);
    else notes.set(id, draftNote(note));
    if (at) layout.set(id, at);
  });
}

/** Puts a note under another node in the notebook; undefined is the top. */
export function moveNote(doc: Y.Doc, id: string, after: string | undefined): void {
  edit(doc, ({ notes }) => {
    const note = notes.get(id);
    if (!(note instanceof Y.Map)) return;
    if (after === undefined) note.delete("after");
    else note.set("after", after);
  });
}

/** Which parameters (`node.param`) or outputs (`node.port`) the App view shows, in this order. */
export const setApp = (doc: Y.Doc, part: "inputs" | "outputs", refs: readonly string[]) =>
  edit(doc, ({ app }) => void app.set(part, [...refs]));

export const setFrame = (doc: Y.Doc, id: string, frame: Omit<GraphFrame, "id">) =>
  edit(doc, ({ frames }) => void frames.set(id, frame));

/**
 * Adds a copied part under new ids; wires among its nodes follow. With `keepIncoming`, wires from nodes outside
 * the part that still exist are kept too. Returns the new ids by old id.
 */
export function paste(
  doc: Y.Doc,
  part: GraphFile,
  offset: [number, number],
  options: { keepIncoming?: boolean } = {},
): Record<string, string> {
  return edit(doc, ({ nodes, wires, layout, notes, frames }) => {
    const ids = byName<string>();
    const layoutOf = new Map(Object.entries(part.layout ?? {}));
    const follow = (id: string) => {
      const at = layoutOf.get(id);
      return at && ([at[0] + offset[0], at[1] + offset[1]] as [number, number]);
    };
    for (const node of part.nodes) {
      const [x, y] = layoutOf.get(node.id) ?? [0, 0];
      ids[node.id] = addNode(doc, node, [x + offset[0], y + offset[1]]);
    }
    for (const wire of part.wires) {
      const from = parsePortRef(wire.from);
      const to = parsePortRef(wire.to);
      const source = ids[from.node] ?? (options.keepIncoming && nodes.has(from.node) ? from.node : undefined);
      const target = ids[to.node];
      if (source && target)
        wires.set(formatPortRef({ ...to, node: target }), {
          from: formatPortRef({ ...from, node: source }),
          ...(wire.via && source !== from.node
            ? { via: wire.via.map(([x, y]): [number, number] => [x + offset[0], y + offset[1]]) }
            : {}),
        });
    }
    for (const note of part.notes ?? []) {
      const id = freeId(doc, note.id);
      notes.set(id, draftNote({ markdown: note.markdown, after: ids[note.after ?? ""] }));
      const at = follow(note.id);
      if (at) layout.set(id, at);
    }
    for (const { id: old, ...frame } of part.frames ?? []) {
      const id = freeId(doc, old);
      const renamed = (ref: string) => ref.replace(/^[^.]+/, (node) => ids[node] ?? node);
      frames.set(id, {
        ...frame,
        nodes: frame.nodes.flatMap((n) => ids[n] ?? []),
        ...(frame.promoted ? { promoted: frame.promoted.map(renamed) } : {}),
      });
      const at = follow(old);
      if (at) layout.set(id, at);
    }
    return ids;
  });
}

/** The part of a graph that a copy carries: chosen nodes and notes, wires into them. */
export function copyPart(file: GraphFile, ids: readonly string[]): GraphFile {
  const keep = new Set(ids);
  return {
    telar: file.telar,
    name: file.name,
    nodes: file.nodes.filter((n) => keep.has(n.id)),
    wires: file.wires.filter((w) => keep.has(parsePortRef(w.to).node)),
    notes: (file.notes ?? []).filter((n) => keep.has(n.id)),
    frames: (file.frames ?? []).filter((f) => f.nodes.length > 0 && f.nodes.every((id) => keep.has(id))),
    layout: Object.fromEntries(Object.entries(file.layout ?? {}).filter(([id]) => keep.has(id))),
  };
}

/** Makes the draft equal to `file`, as one undoable step: restoring a version, dropping a file on the canvas. */
export const replaceAll = (doc: Y.Doc, file: GraphFile) => writeDraft(doc, file, EDIT);
