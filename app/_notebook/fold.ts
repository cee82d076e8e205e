/** Which cells are collapsed: what one person looks at, kept in their browser, never in the graph. */
import type { Editor } from "@/app/_editor/context";

const keyOf = (graphId: string) => `telar.folded.${graphId}`;

export function readFolded(graphId: string): string[] {
  try {
    const known: unknown = JSON.parse(localStorage.getItem(keyOf(graphId)) ?? "[]");
    return Array.isArray(known) ? known.map(String) : [];
  } catch {
    return [];
  }
}

export function setFolded(editor: Editor, ids: readonly string[]): void {
  editor.view.setState({ folded: ids });
  try {
    localStorage.setItem(keyOf(editor.graphId), JSON.stringify(ids));
  } catch {
    // A full or forbidden store loses the memory of it, not the view.
  }
}

export function toggleFolded(editor: Editor, id: string): void {
  const { folded } = editor.view.getState();
  setFolded(editor, folded.includes(id) ? folded.filter((one) => one !== id) : [...folded, id]);
}
