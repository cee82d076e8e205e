/** What changed between two graphs in meaning: layout, notes and frames are left out. */

import { canonicalJson } from "./cache-key";
import type { GraphFile, GraphNode, JsonValue } from "./document";

export type ParamChange = { param: string; before?: JsonValue; after?: JsonValue };
export type NodeChange = {
  id: string;
  params: ParamChange[];
  kind?: { before: string; after: string };
  state?: { before: string; after: string };
  title?: { before: string; after: string };
};
export type GraphDiff = {
  added: string[];
  removed: string[];
  changed: NodeChange[];
  wiresAdded: { from: string; to: string }[];
  wiresRemoved: { from: string; to: string }[];
};

const same = (a: unknown, b: unknown) => canonicalJson(a ?? null) === canonicalJson(b ?? null);

const own = (record: Record<string, unknown>, name: string) =>
  Object.hasOwn(record, name) ? record[name] : undefined;

export function diffParams(before: Record<string, unknown>, after: Record<string, unknown>): ParamChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names
    .filter((name) => !same(own(before, name), own(after, name)))
    .map((param) => ({
      param,
      ...(Object.hasOwn(before, param) ? { before: before[param] as JsonValue } : {}),
      ...(Object.hasOwn(after, param) ? { after: after[param] as JsonValue } : {}),
    }));
}

export function diffGraphs(before: GraphFile, after: GraphFile): GraphDiff {
  const old = new Map(before.nodes.map((n) => [n.id, n]));
  const now = new Map(after.nodes.map((n) => [n.id, n]));
  const key = (w: { from: string; to: string }) => `${w.from} ${w.to}`;
  const oldWires = new Map(before.wires.map((w) => [key(w), { from: w.from, to: w.to }]));
  const newWires = new Map(after.wires.map((w) => [key(w), { from: w.from, to: w.to }]));
  return {
    added: [...now.keys()].filter((id) => !old.has(id)).sort(),
    removed: [...old.keys()].filter((id) => !now.has(id)).sort(),
    changed: [...now.values()].flatMap((node) => {
      const was = old.get(node.id);
      const change = was && diffNodes(was, node);
      return change ? [change] : [];
    }),
    wiresAdded: [...newWires].filter(([k]) => !oldWires.has(k)).map(([, w]) => w),
    wiresRemoved: [...oldWires].filter(([k]) => !newWires.has(k)).map(([, w]) => w),
  };
}

function diffNodes(before: GraphNode, after: GraphNode): NodeChange | undefined {
  const change: NodeChange = { id: after.id, params: diffParams(before.params, after.params) };
  if (before.kind !== after.kind) change.kind = { before: before.kind, after: after.kind };
  const [was, is] = [before.state ?? "active", after.state ?? "active"];
  if (was !== is) change.state = { before: was, after: is };
  if ((before.title ?? "") !== (after.title ?? ""))
    change.title = { before: before.title ?? "", after: after.title ?? "" };
  return change.params.length || change.kind || change.state || change.title ? change : undefined;
}

export const isEmptyDiff = (d: GraphDiff) =>
  !(d.added.length || d.removed.length || d.changed.length || d.wiresAdded.length || d.wiresRemoved.length);
