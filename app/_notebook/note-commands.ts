/** Notes of the notebook are the notes of the canvas: each command one step of undo on the draft. */
import type { Editor } from "@/app/_editor/context";
import * as draft from "@/graph/draft";

/** Below everything on the canvas, where it covers nothing. */
function placeFor(editor: Editor, after: string | undefined): [number, number] {
  const layout = editor.model.store.getState().file.layout ?? {};
  const bottom = Math.max(0, ...Object.values(layout).map(([, y]) => y));
  return [(after === undefined ? undefined : layout[after]?.[0]) ?? 0, bottom + 220];
}

export function addNote(editor: Editor, after: string | undefined): void {
  if (editor.readOnly) return;
  const id = draft.freeId(editor.model.doc, "note");
  draft.setNote(
    editor.model.doc,
    id,
    { markdown: "", ...(after === undefined ? {} : { after }) },
    placeFor(editor, after),
  );
  editor.view.setState({ writing: id, selected: [id] });
}

/** An empty note says nothing: it goes. */
export function writeNote(editor: Editor, id: string, markdown: string): void {
  editor.view.setState({ writing: undefined });
  const before = editor.model.store.getState().file.notes?.find((note) => note.id === id);
  if (markdown.trim() === "") removeNote(editor, id);
  else if (before && before.markdown !== markdown) draft.setNote(editor.model.doc, id, { markdown });
}

export function removeNote(editor: Editor, id: string): void {
  draft.removeNodes(editor.model.doc, [id]);
  editor.view.setState({ selected: [] });
}
