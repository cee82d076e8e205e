/** What keys, menus and buttons of the canvas do: each one step of undo on the draft. */
import type { Editor } from "@/app/_editor/context";
import { canConnect } from "@/graph/connect";
import type { AnyNode } from "@/graph/define-node";
import { formatGraph, formatPortRef, type GraphFile, type GraphNode, parsePortRef } from "@/graph/document";
import * as draft from "@/graph/draft";
import { EDIT } from "@/graph/draft";
import { freeTitle } from "@/graph/free-title";
import { mismatch } from "@/graph/ports";
import { parseGraph } from "@/graph/read-graph";
import { withAncestors, withDescendants } from "@/graph/topology";
import { arrange, type Layout, type Size } from "../arrange/arrange";
import { freeSpot, spread } from "../arrange/free-spot";
import { touches } from "../arrange/geometry";
import { sizeOf } from "../arrange/sizes";
import { drawGraph } from "../look/drawn";
import { waysIn } from "../wire/ways-in";
import { prefilled } from "./prefill";
import { freeFor, hullOf, rectsIn, standing } from "./standing";

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

/**
 * A new node at the place, or beside what stands there. `from`, `to`: the loose end of a wire that it takes up; without
 * one it is wired to the chosen node where there is exactly one way to. Inputs that it needs are fed where one output of
 * the graph alone can.
 */
export function addKind(
  editor: Editor,
  kind: string,
  place: [number, number],
  more: { from?: string; to?: string; params?: GraphNode["params"]; title?: string } = {},
): string | undefined {
  const definition = editor.catalogue[kind];
  if (!definition || editor.readOnly) return undefined;
  const { from, to, title } = more;
  const params = { ...prefilled(definition, fileOf(editor)), ...more.params };
  const { doc } = editor.model;
  const free = freeFor(editor, { kind, params }, place);
  const { selected } = editor.view.getState();
  return doc.transact(() => {
    const node = { kind, version: definition.version, params, ...(title ? { title } : {}) };
    const id = draft.addNode(doc, node, free);
    const output = to ? fittingOutput(editor, definition, id, to) : undefined;
    if (to && output) draft.connect(doc, output, to);
    const input = from ? fittingInput(editor, definition, id, from) : undefined;
    if (from && input) draft.connect(doc, from, input);
    const { file, inferred } = editor.model.store.getState();
    const first = from && input ? { from, to: input } : undefined;
    const after = from || to ? undefined : selected.length === 1 ? selected[0] : undefined;
    if (first || after)
      for (const wire of waysIn(file, { ...node, id }, editor.catalogue, inferred.types, { first, after }))
        draft.connect(doc, wire.from, wire.to);
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
  const part = draft.copyPart(withPlaces(editor, fileOf(editor)), ids);
  const corner = hullOf([...rectsIn(part, editor.catalogue).values()]);
  pasteGraph(editor, part, corner ? [corner.x + 32, corner.y + 32] : [32, 32], true);
}

export const copyText = (editor: Editor): string | undefined => {
  const ids = chosenParts(editor);
  return ids.length ? formatGraph(draft.copyPart(withPlaces(editor, fileOf(editor)), ids)) : undefined;
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

export const titlesOf = (editor: Editor): Set<string> =>
  new Set(fileOf(editor).nodes.flatMap(({ title }) => (title ? [title] : [])));

/** Puts a graph's nodes, wires and notes in, its upper left corner at the nearest free place, and chooses them. */
export function pasteGraph(
  editor: Editor,
  part: GraphFile,
  place: [number, number],
  keepIncoming = false,
): void {
  const placed = withPlaces(editor, part);
  const around = hullOf([...rectsIn(placed, editor.catalogue).values()]);
  let offset = place;
  if (around) {
    const wanted = { ...around, x: place[0], y: place[1] };
    const [x, y] = freeSpot([...standing(editor).values()], wanted);
    offset = [x - around.x, y - around.y];
  }
  const titles = titlesOf(editor);
  const nodes = placed.nodes.map((node) => {
    if (!node.title) return node;
    const title = freeTitle(titles, node.title);
    titles.add(title);
    return { ...node, title };
  });
  const named = { ...placed, nodes };
  select(editor, Object.values(draft.paste(editor.model.doc, named, offset, { keepIncoming })));
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
  const free = freeFor(editor, { kind, params: {} }, place);
  doc.transact(() => {
    const params = prefilled(definition, fileOf(editor));
    const id = draft.addNode(doc, { kind, version: definition.version, params }, free);
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

/** Every node's place; those that have none yet stand in a column below the others. */
function withPlaces(editor: Editor, file: GraphFile): GraphFile {
  const layout = { ...file.layout };
  const around = hullOf([...rectsIn(file, editor.catalogue).values()]);
  const x = around?.x ?? 40;
  let y = around ? around.y + around.height + 40 : 40;
  for (const node of file.nodes) {
    if (layout[node.id]) continue;
    layout[node.id] = [x, y];
    y += sizeOf(node, editor.catalogue).height + 40;
  }
  return { ...file, layout };
}

/** Pinned nodes stay: the tidied graph is laid so that the first of them lies where it was, and nothing lies on any. */
export function leavePinned(
  layout: Layout,
  file: Pick<GraphFile, "layout" | "pinned">,
  size: (id: string) => Size,
): Layout {
  const pinned = (file.pinned ?? []).filter((id) => file.layout?.[id] && layout[id]);
  const [first] = pinned;
  if (!first) return layout;
  const [dx, dy] = [0, 1].map((axis) => file.layout![first]![axis]! - layout[first]![axis]!);
  const rect = (id: string, [x, y]: [number, number]) => {
    const { width, height } = size(id);
    return { x, y, width, height };
  };
  const stay = pinned.map((id) => rect(id, file.layout![id]!));
  const moved = Object.entries(layout)
    .filter(([id]) => !pinned.includes(id))
    .map(([id, [x, y]]) => [id, rect(id, [x + dx!, y + dy!])] as const);
  // Those that lie on no pinned node keep their places, so the others give way to them too.
  const clear = moved.filter(([, r]) => !stay.some((other) => touches(other, r)));
  const held = new Set(clear.map(([id]) => id));
  const others = new Map(moved.filter(([id]) => !held.has(id)));
  return {
    ...Object.fromEntries(clear.map(([id, { x, y }]): [string, [number, number]] => [id, [x, y]])),
    ...spread([...stay, ...clear.map(([, r]) => r)], others),
  };
}

/** A collapsed frame is laid out as the one node that it is drawn as. */
export async function tidy(editor: Editor, size?: (id: string) => Size): Promise<void> {
  const { file, catalogue } = drawGraph(fileOf(editor), editor.catalogue, editor.view.getState().inside);
  const kinds = new Map(file.nodes.map((n) => [n.id, n]));
  const guess = (id: string) => sizeOf(kinds.get(id) ?? { kind: "" }, catalogue);
  const layout = await arrange(file, catalogue, size ?? guess);
  draft.moveNodes(editor.model.doc, leavePinned(layout, file, size ?? guess));
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
