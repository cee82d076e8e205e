/** Commands on frames and subgraphs: each one step of undo. */
import type { Editor } from "@/app/_editor/context";
import type { GraphFile, GraphFrame } from "@/graph/document";
import { addFrame, changeFrame, dissolveFrame, EDIT, moveNodes } from "@/graph/draft";
import { chosenFrame } from "@/graph/frames";
import { PROMOTED_AT_FIRST } from "../limits";
import type { Flow } from "../look/flow";
import { rectsOf } from "../move/walk";
import { select } from "./commands";
import { freed, standing } from "./standing";

const fileOf = (editor: Editor): GraphFile => editor.model.store.getState().file;

/** The frame that the selection stands for. */
export const frameOf = (editor: Editor): GraphFrame | undefined =>
  chosenFrame(fileOf(editor).frames, editor.view.getState().selected);

export function frameNodes(editor: Editor, nodes: string[], title: string): void {
  if (editor.readOnly || !nodes.length) return;
  const id = addFrame(editor.model.doc, { title, nodes });
  editor.view.setState({ selected: nodes, renaming: id });
}

/** Makes the selection one node: its frame, or a new one, collapsed. */
export function toSubgraph(editor: Editor, nodes: string[], title: string, flow: Flow): void {
  if (editor.readOnly) return;
  const frame = frameOf(editor);
  if (frame) setCollapsed(editor, frame, true, flow);
  if (frame || !nodes.length) return;
  const made = { title, nodes, collapsed: true, promoted: toPromote(editor, nodes) };
  const at = freeCorner(editor, { ...made, id: "new frame" }, cornerOf(flow, nodes));
  const id = addFrame(editor.model.doc, made, at);
  editor.view.setState({ selected: [id], renaming: id });
}

export function toggleCollapsed(editor: Editor, flow: Flow): void {
  const frame = frameOf(editor);
  if (frame && !editor.readOnly) setCollapsed(editor, frame, !frame.collapsed, flow);
}

function setCollapsed(editor: Editor, frame: GraphFrame, collapsed: boolean, flow: Flow): void {
  const { doc } = editor.model;
  const promoted = frame.promoted?.length ? frame.promoted : toPromote(editor, frame.nodes);
  const change = { collapsed, ...(collapsed ? { promoted } : {}) };
  const changed = { ...frame, ...change };
  const at = collapsed ? freeCorner(editor, changed, cornerOf(flow, frame.nodes)) : undefined;
  // What was put where the members stood while they were out of sight stays; they give way.
  const places = collapsed ? {} : freed(standing(editor, withFrame(editor, changed)), frame.nodes);
  doc.transact(() => {
    changeFrame(doc, frame.id, change, at);
    moveNodes(doc, places);
  }, EDIT);
  select(editor, collapsed ? [frame.id] : frame.nodes);
}

/** The file's frames with this one among them, for asking what would stand where. */
const withFrame = (editor: Editor, frame: GraphFrame, at?: [number, number]): Partial<GraphFile> => {
  const { frames = [], layout } = fileOf(editor);
  return {
    frames: [...frames.filter((f) => f.id !== frame.id), frame],
    layout: { ...layout, ...(at ? { [frame.id]: at } : {}) },
  };
};

/** The nearest place to a corner at which a collapsed frame lies on no node and no note. */
function freeCorner(
  editor: Editor,
  frame: GraphFrame,
  at: [number, number] | undefined,
): [number, number] | undefined {
  return at && (freed(standing(editor, withFrame(editor, frame, at)), [frame.id])[frame.id] ?? at);
}

export function dissolve(editor: Editor): void {
  const frame = frameOf(editor);
  if (!frame || editor.readOnly) return;
  dissolveFrame(editor.model.doc, frame.id);
  select(editor, frame.nodes);
}

/** Shows the inside of a collapsed frame. */
export function enter(editor: Editor, id = frameOf(editor)?.id): void {
  if (id) editor.view.setState({ inside: id, selected: [], wires: [], peek: undefined });
}

/** What is open closes first, then the selection goes, then the subgraph is left. */
export function leave(editor: Editor): void {
  const view = editor.view.getState();
  const open = view.refusal || view.addMenu || view.peek || view.renaming;
  const chosen = view.selected.length > 0 || view.wires.length > 0;
  editor.view.setState({
    refusal: undefined,
    addMenu: undefined,
    peek: undefined,
    renaming: undefined,
    ...(open ? {} : { selected: [], wires: [] }),
    ...(open || chosen || !view.inside ? {} : { inside: undefined, selected: [view.inside] }),
  });
}

/** The telling parameters that a person has set. */
function toPromote(editor: Editor, ids: readonly string[]): string[] {
  const nodes = fileOf(editor).nodes.filter((n) => ids.includes(n.id));
  return nodes
    .flatMap((n) =>
      (editor.catalogue[n.kind]?.telling ?? []).filter((p) => p in n.params).map((p) => `${n.id}.${p}`),
    )
    .slice(0, PROMOTED_AT_FIRST);
}

function cornerOf(flow: Flow, ids: readonly string[]): [number, number] | undefined {
  const rects = [...rectsOf(flow, ids).values()];
  if (!rects.length) return undefined;
  return [Math.min(...rects.map((r) => r.x)), Math.min(...rects.map((r) => r.y))];
}
