/** What a person can do in the editor: one object an action feeds keys, palette, buttons and the list of shortcuts. */
import type { Editor } from "@/app/_editor/context";
import type { IconName } from "@/ui/icon";
import type { Size } from "../arrange/arrange";
import type { Flow } from "../look/flow";

export const ACTION_GROUPS = ["run", "edit", "wires", "group", "select", "layout", "view"] as const;
export type ActionGroup = (typeof ACTION_GROUPS)[number];

export type ActionContext = {
  editor: Editor;
  flow: Flow;
  size(id: string): Size;
  words: { note: string; frame: string };
  /** Where on the screen it was asked for, when the pointer did. */
  at?: { x: number; y: number };
};

export type Action = {
  /** Its words are `app.editor.action.<name>`. */
  name: string;
  /** Its words where it would undo what it did. */
  undo?: { name: string; when(context: ActionContext): boolean };
  icon?: IconName;
  /** `mod` is Ctrl, or ⌘ on macOS. The first one is shown. */
  keys?: readonly string[];
  /** The browser itself brings these keys as an event (copy, paste). */
  native?: true;
  /** Changes the draft: left out for people who only look. */
  edits?: true;
  /** Starts a run: left out for people who may not. */
  starts?: true;
  /** Whether there is something to do it to. */
  when?(context: ActionContext): boolean;
  run(context: ActionContext): void | Promise<void>;
};

export const isPossible = <C extends { editor: Editor }>(
  action: Pick<Action, "edits" | "starts"> & { when?(context: C): boolean },
  context: C,
): boolean =>
  !(action.edits && context.editor.readOnly) &&
  !(action.starts && !context.editor.may("run.start")) &&
  (action.when?.(context) ?? true);

export const anyChosen = ({ editor }: ActionContext): boolean => editor.view.getState().selected.length > 0;

/** The key of its words for what is chosen. */
export const wordsOf = ({ name, undo }: Action, context: ActionContext): string =>
  undo?.when(context) ? undo.name : name;

/** The chosen nodes of the graph, without notes and frames. */
export function chosenNodes({ editor }: Pick<ActionContext, "editor">): string[] {
  const chosen = new Set(editor.view.getState().selected);
  return editor.model.store
    .getState()
    .file.nodes.map((n) => n.id)
    .filter((id) => chosen.has(id));
}
