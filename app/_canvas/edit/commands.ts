/** What keys, menus and buttons of the canvas do: each one step of undo on the draft. */
import type { Editor } from "@/app/_editor/context";
import { canConnect } from "@/graph/connect";
import type { AnyNode } from "@/graph/define-node";
import { formatGraph, formatPortRef, type GraphFile, type GraphNode, parsePortRef } from "@/graph/document";
import * as draft from "@/graph/draft";
import { EDIT } from "@/graph/draft";
import { mismatch } from "@/graph/ports";
import { parseGraph } from "@/graph/read-graph";
import { withAncestors, withDescendants } from "@/graph/topology";
import { arrange, type Layout } from "../arrange/arrange";
import { sizeOf } from "../arrange/sizes";

const fileOf = (editor: Editor) => editor.model.store.getState().file;
const typesOf = (editor: Editor) => editor.model.store.getState().inferred.types;

export const select = (editor: Editor, ids: readonly string[]) =>
  editor.view.setState({ selected: [...ids] });

/** Selected nodes and notes; a chosen subgraph stands for its members too. */
function chosenParts(editor: Editor): string[] {
  const { selected } = editor.view.getState();
  const frames = (fileOf(editor).frames ?? []).filter((f) => selected.includes(f.id));
  return [...new Set([...selected, ...frames.flatMap((f) => f.nodes)])];
}
/** Nothing while only reading. */
const chosen = (editor: Editor) => (editor.readOnly ? [] : chosenParts(editor));

/** `from`, `to`: the loose end of a wire that the new node takes up. */
export function addKind(
  editor: Editor,
  kind: string,
  place: [number, number],
  more: { from?: string; to?: string; params?: GraphNode["params"] } = {},
): string | undefined {
  const definition = editor.catalogue[kind];
  if (!definition || editor.readOnly) return undefined;
  const { from, to, params = {} } = more;
  return editor.model.doc.transact(() => {
    const id = draft.addNode(editor.model.doc, { kind, version: definition.version, params }, place);
    const input = from ? fittingInput(editor, definition, id, from) : undefined;
    if (from && input) draft.connect(editor.model.doc, from, input);
    const output = to ? fittingOutput(editor, definition, id, to) : undefined;
    if (to && output) draft.connect(editor.model.doc, output, to);
    select(editor, [id]);
    return id;
  }, EDIT);
}

/** The first input of a kind that takes what an output carries. */
export function fittingInput(
  editor: Editor,
  definition: AnyNode,
  id: string,
  from: string,
): string | undefined {
  const has = outputType(editor, from);
  if (!has) return undefined;
  const port = Object.entries(definition.inputs).find(([, spec]) => !mismatch(spec.want, has))?.[0];
  return port && formatPortRef({ node: id, port });
}

/** The first output of a kind that an input takes. */
export function fittingOutput(
  editor: Editor,
  definition: AnyNode,
  id: string,
  to: string,
): string | undefined {
  const { node, port } = parsePortRef(to);
  const kind = fileOf(editor).nodes.find((n) => n.id === node)?.kind ?? "";
  const want = editor.catalogue[kind]?.inputs[port]?.want;
  if (!want) return undefined;
  const params = definition.params.safeParse({});
  const inferred = params.success ? definition.infer(params.data, {}) : {};
  const found = Object.entries(definition.outputs).find(
    ([name, spec]) =>
      !spec.secondary &&
      spec.type === want.type &&
      (inferred[name]?.type !== "dataset" || !mismatch(want, inferred[name])),
  )?.[0];
  return found && formatPortRef({ node: id, port: found });
}

export function outputType(editor: Editor, from: string) {
  const { node, port } = parsePortRef(from);
  const kind = fileOf(editor).nodes.find((n) => n.id === node)?.kind ?? "";
  const spec = editor.catalogue[kind]?.outputs[port];
  if (typesOf(editor)[from]) return typesOf(editor)[from];
  if (!spec) return undefined;
  return spec.type === "dataset"
    ? ({ type: "dataset", shape: "table" } as const)
    : ({ type: spec.type } as const);
}

export function remove(editor: Editor, heal = false): void {
  const ids = chosen(editor);
  const { wires } = editor.view.getState();
  if (editor.readOnly || (!ids.length && !wires.length)) return;
  const fits = (from: string, to: string) =>
    canConnect(fileOf(editor), from, to, editor.catalogue, typesOf(editor)).ok;
  editor.model.doc.transact(() => {
    for (const to of wires) draft.disconnect(editor.model.doc, to);
    if (ids.length) draft.removeNodes(editor.model.doc, ids, heal ? fits : undefined);
  }, EDIT);
  editor.view.setState({ selected: [], wires: [] });
}

export function duplicate(editor: Editor): void {
  const ids = chosen(editor);
  if (!ids.length) return;
  const part = draft.copyPart(withPlaces(fileOf(editor)), ids);
  select(editor, Object.values(draft.paste(editor.model.doc, part, [32, 32], { keepIncoming: true })));
}

export const copyText = (editor: Editor): string | undefined => {
  const ids = chosenParts(editor);
  return ids.length ? formatGraph(draft.copyPart(withPlaces(fileOf(editor)), ids)) : undefined;
};

export function pasteText(
  editor: Editor,
  text: string,
  place: [number, number],
  keepIncoming = false,
): boolean {
  if (editor.readOnly || !text.trimStart().startsWith("{")) return false;
  const part = parseGraph(text).file;
  if (!part || !(part.nodes.length || part.notes?.length)) return false;
  pasteGraph(editor, part, place, keepIncoming);
  return true;
}

/** Puts a graph's nodes, wires and notes in, its upper left corner at a place, and chooses them. */
export function pasteGraph(
  editor: Editor,
  part: GraphFile,
  place: [number, number],
  keepIncoming = false,
): void {
  const spots = Object.values(part.layout ?? {});
  const left = Math.min(...spots.map(([x]) => x), Number.POSITIVE_INFINITY);
  const top = Math.min(...spots.map(([, y]) => y), Number.POSITIVE_INFINITY);
  const offset: [number, number] = spots.length ? [place[0] - left, place[1] - top] : place;
  select(editor, Object.values(draft.paste(editor.model.doc, part, offset, { keepIncoming })));
}

export function toggleState(editor: Editor, state: "muted" | "bypassed"): void {
  const ids = chosen(editor);
  const all = fileOf(editor).nodes.filter((n) => ids.includes(n.id));
  if (all.length)
    draft.setState(editor.model.doc, ids, all.every((n) => n.state === state) ? "active" : state);
}

export function toggleFrozen(editor: Editor): void {
  const ids = chosen(editor);
  const nodes = fileOf(editor).nodes.filter((n) => ids.includes(n.id));
  const states = editor.status.getState().nodes;
  if (nodes.every((n) => n.state === "frozen")) {
    draft.setState(editor.model.doc, ids, "active");
    return;
  }
  const digests = Object.fromEntries(
    nodes.map((n) => [
      n.id,
      Object.fromEntries(Object.entries(states[n.id]?.outputs ?? {}).map(([port, o]) => [port, o.digest])),
    ]),
  );
  const ready = nodes.filter((n) => Object.keys(digests[n.id] ?? {}).length).map((n) => n.id);
  if (ready.length) draft.setState(editor.model.doc, ready, "frozen", digests);
}

/**
 * Puts the adapting kind between an output and an input that refused it.
 * Its other inputs are fed from what already feeds inputs of their type on the target.
 */
export function insertAdapter(
  editor: Editor,
  kind: string,
  from: string,
  to: string,
  place: [number, number],
): void {
  const definition = editor.catalogue[kind];
  if (!definition || editor.readOnly) return;
  const { doc } = editor.model;
  doc.transact(() => {
    const id = draft.addNode(doc, { kind, version: definition.version }, place);
    const target = parsePortRef(to);
    const targetKind = fileOf(editor).nodes.find((n) => n.id === target.node)?.kind ?? "";
    const want = editor.catalogue[targetKind]?.inputs[target.port]?.want;
    const input = fittingInput(editor, definition, id, from);
    const output = Object.entries(definition.outputs).find(
      ([, spec]) => !spec.secondary && spec.type === want?.type,
    )?.[0];
    if (input) draft.connect(doc, from, input);
    if (output) draft.connect(doc, formatPortRef({ node: id, port: output }), to);
    for (const [port, spec] of Object.entries(definition.inputs)) {
      const ref = formatPortRef({ node: id, port });
      if (ref === input || spec.optional) continue;
      const feed = fileOf(editor).wires.find((w) => {
        if (parsePortRef(w.to).node !== target.node) return false;
        const has = outputType(editor, w.from);
        return has !== undefined && !mismatch(spec.want, has);
      });
      if (feed) draft.connect(doc, feed.from, ref);
    }
    select(editor, [id]);
  }, EDIT);
}

/** Every node's place; where there is none yet, one below the others. */
function withPlaces(file: GraphFile): GraphFile {
  const layout = { ...file.layout };
  file.nodes.forEach((n, k) => {
    layout[n.id] ??= [40, 40 + k * 140];
  });
  return { ...file, layout };
}

/** Pinned nodes stay: the tidied graph is laid so that the first of them lies where it was. */
export function leavePinned(layout: Layout, file: Pick<GraphFile, "layout" | "pinned">): Layout {
  const pinned = (file.pinned ?? []).filter((id) => file.layout?.[id]);
  const [first] = pinned;
  if (!first || !layout[first]) return layout;
  const [dx, dy] = [0, 1].map((axis) => file.layout![first]![axis]! - layout[first]![axis]!);
  const moved = Object.entries(layout).flatMap(([id, [x, y]]): [string, [number, number]][] =>
    pinned.includes(id) ? [] : [[id, [x + dx!, y + dy!]]],
  );
  return Object.fromEntries(moved);
}

export async function tidy(
  editor: Editor,
  size?: (id: string) => { width: number; height: number },
): Promise<void> {
  const file = fileOf(editor);
  const kinds = new Map(file.nodes.map((n) => [n.id, n]));
  const guess = (id: string) => sizeOf(kinds.get(id) ?? { kind: "" }, editor.catalogue);
  const layout = await arrange(file, editor.catalogue, size ?? guess);
  draft.moveNodes(editor.model.doc, leavePinned(layout, file));
}

export function selectAlong(editor: Editor, way: "up" | "down"): void {
  const { selected } = editor.view.getState();
  const file = fileOf(editor);
  select(editor, [...(way === "up" ? withAncestors(file, selected) : withDescendants(file, selected))]);
}

export function addNote(editor: Editor, place: [number, number], markdown: string): void {
  if (editor.readOnly) return;
  const id = draft.freeId(editor.model.doc, "note");
  const [after] = editor.view.getState().selected;
  const known = fileOf(editor).nodes.some((n) => n.id === after);
  draft.setNote(editor.model.doc, id, { markdown, ...(after && known ? { after } : {}) }, place);
  select(editor, [id]);
}
