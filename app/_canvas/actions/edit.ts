import * as commands from "../edit/commands";
import { freePlace, placeFor } from "../move/walk";
import { type Action, type ActionContext, anyChosen, chosenNodes } from "./action";

const anyNode = (context: ActionContext) => chosenNodes(context).length > 0;
const anyPart = (context: ActionContext) =>
  anyChosen(context) || context.editor.view.getState().wires.length > 0;

/** All chosen nodes are in that state. */
const allAre =
  (state: "muted" | "bypassed" | "frozen") =>
  (context: ActionContext): boolean => {
    const chosen = new Set(chosenNodes(context));
    const { nodes } = context.editor.model.store.getState().file;
    return chosen.size > 0 && nodes.every((node) => !chosen.has(node.id) || node.state === state);
  };

const copy = async ({ editor }: ActionContext): Promise<void> => {
  const text = commands.copyText(editor);
  if (text) await navigator.clipboard.writeText(text);
};
const paste = async (context: ActionContext, keepIncoming: boolean): Promise<void> => {
  commands.pasteText(
    context.editor,
    await navigator.clipboard.readText(),
    placeFor(context.flow, context.at),
    keepIncoming,
  );
};

export const editActions: Action[] = [
  {
    name: "add",
    icon: "plus",
    keys: ["tab"],
    edits: true,
    run: ({ editor, flow, at }) =>
      editor.view.setState({
        addMenu: at
          ? { at, place: placeFor(flow, at) }
          : {
              at: { x: window.innerWidth / 2 - 140, y: window.innerHeight / 3 },
              place: freePlace(editor, flow),
            },
      }),
  },
  {
    name: "undo",
    icon: "undo",
    keys: ["mod+z"],
    edits: true,
    when: ({ editor }) => editor.model.undo.canUndo(),
    run: ({ editor }) => void editor.model.undo.undo(),
  },
  {
    name: "redo",
    icon: "redo",
    keys: ["mod+shift+z", "mod+y"],
    edits: true,
    when: ({ editor }) => editor.model.undo.canRedo(),
    run: ({ editor }) => void editor.model.undo.redo(),
  },
  { name: "copy", icon: "copy", keys: ["mod+c"], native: true, when: anyChosen, run: copy },
  {
    name: "cut",
    icon: "copy",
    keys: ["mod+x"],
    native: true,
    edits: true,
    when: anyChosen,
    run: async (context) => {
      await copy(context);
      commands.remove(context.editor);
    },
  },
  {
    name: "paste",
    icon: "copy",
    keys: ["mod+v"],
    native: true,
    edits: true,
    run: (context) => paste(context, false),
  },
  {
    name: "pasteWired",
    icon: "copy",
    keys: ["mod+shift+v"],
    native: true,
    edits: true,
    run: (context) => paste(context, true),
  },
  {
    name: "duplicate",
    icon: "copy",
    keys: ["mod+d"],
    edits: true,
    when: anyChosen,
    run: ({ editor }) => commands.duplicate(editor),
  },
  {
    name: "delete",
    icon: "trash",
    keys: ["delete", "backspace"],
    edits: true,
    when: anyPart,
    run: ({ editor }) => commands.remove(editor),
  },
  {
    name: "heal",
    icon: "trash",
    keys: ["mod+delete", "mod+backspace"],
    edits: true,
    when: anyPart,
    run: ({ editor }) => commands.remove(editor, true),
  },
  {
    name: "rename",
    icon: "pencil",
    keys: ["f2"],
    edits: true,
    when: anyChosen,
    run: ({ editor }) => editor.view.setState({ renaming: editor.view.getState().selected[0] }),
  },
  {
    name: "mute",
    undo: { name: "unmute", when: allAre("muted") },
    icon: "eye",
    keys: ["mod+m"],
    edits: true,
    when: anyNode,
    run: ({ editor }) => commands.toggleState(editor, "muted"),
  },
  {
    name: "bypass",
    undo: { name: "unbypass", when: allAre("bypassed") },
    icon: "swap",
    keys: ["mod+b"],
    edits: true,
    when: anyNode,
    run: ({ editor }) => commands.toggleState(editor, "bypassed"),
  },
  {
    name: "freeze",
    undo: { name: "unfreeze", when: allAre("frozen") },
    icon: "snow",
    keys: ["p"],
    edits: true,
    when: anyNode,
    run: ({ editor }) => commands.toggleFrozen(editor),
  },
  {
    name: "saveVersion",
    icon: "pin",
    keys: ["mod+s"],
    edits: true,
    run: ({ editor }) => editor.view.setState({ naming: true }),
  },
  {
    name: "note",
    icon: "note",
    keys: ["shift+s"],
    edits: true,
    run: ({ editor, flow, words, at }) => commands.addNote(editor, placeFor(flow, at), words.note),
  },
];
