/**
 * The working copy of a graph as a Yjs document; the graph file is its pure projection.
 * Wires are keyed by the input they end in, so an input keeps one wire however edits merge.
 */
import * as Y from "yjs";
import { canonicalJson } from "../cache-key";
import type { GraphFile, GraphNode, GraphNote, GraphWire } from "../document";
import { type DraftNode, draftParts } from "./parts";

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

/**
 * Makes the projection of a document exactly `file`, in one transaction. What is equal already is left alone, so that
 * in another tab the cursor, the undo steps and unsaved edits of untouched parts survive.
 */
export function writeDraft(doc: Y.Doc, file: GraphFile, origin: unknown = null): void {
  doc.transact(() => {
    const parts = draftParts(doc);
    if (parts.meta.get("name") !== file.name) parts.meta.set("name", file.name);
    match(parts.nodes, byId(file.nodes), draftNode, matchNode);
    match(parts.wires, new Map(file.wires.map((wire) => [wire.to, draftWire(wire)])));
    match(parts.notes, byId(file.notes ?? []), draftNote, matchNote);
    match(parts.frames, byId(file.frames ?? []));
    match(parts.app, new Map(Object.entries(file.app ?? {})));
    match(parts.layout, new Map(Object.entries(file.layout ?? {})));
    match(parts.pinned, new Map((file.pinned ?? []).map((id) => [id, true])));
  }, origin);
}

const byId = <T extends { id: string }>(items: readonly T[]) =>
  new Map(items.map(({ id, ...rest }): [string, Omit<T, "id">] => [id, rest]));

const draftWire = ({ from, via }: GraphWire) => ({ from, ...(via?.length ? { via } : {}) });

/** Sets, changes and deletes entries of a map until it holds `wanted`. `change` edits an entry in place. */
function match<Value, Plain>(
  map: Y.Map<Value>,
  wanted: ReadonlyMap<string, Plain>,
  make = (plain: Plain) => plain as unknown as Value,
  change?: (value: Value, plain: Plain) => void,
): void {
  for (const key of [...map.keys()]) if (!wanted.has(key)) map.delete(key);
  for (const [key, plain] of wanted) {
    const held = map.get(key);
    if (change && held instanceof Y.Map) change(held, plain);
    else if (change || !same(held, plain)) map.set(key, make(plain));
  }
}

const same = (a: unknown, b: unknown) => canonicalJson(a) === canonicalJson(b);

function matchNode(map: DraftNode, { params, ...own }: Omit<GraphNode, "id">): void {
  const held = map.get("params");
  if (held instanceof Y.Map) match(held, new Map(Object.entries(params)));
  else map.set("params", new Y.Map(Object.entries(params)));
  const { kind, version, title, state, frozen } = own;
  const wanted = new Map<string, unknown>(Object.entries({ kind, version }));
  if (title) wanted.set("title", title);
  if (state && state !== "active") wanted.set("state", state);
  if (frozen) wanted.set("frozen", frozen);
  for (const key of [...map.keys()]) if (key !== "params" && !wanted.has(key)) map.delete(key);
  for (const [key, value] of wanted) if (!same(map.get(key), value)) map.set(key, value);
}

const matchNote = (map: Y.Map<string>, { markdown, after }: Omit<GraphNote, "id">) =>
  match(map, new Map(Object.entries({ markdown, ...(after === undefined ? {} : { after }) })));

export function fileToDoc(file: GraphFile): Y.Doc {
  const doc = new Y.Doc();
  writeDraft(doc, file);
  return doc;
}
