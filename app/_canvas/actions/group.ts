import * as groups from "../edit/groups";
import type { Action, ActionContext } from "./action";
import { chosenNodes } from "./action";

const someNodes = (context: ActionContext) => chosenNodes(context).length > 0;
const frame = ({ editor }: ActionContext) => groups.frameOf(editor);

export const groupActions: Action[] = [
  {
    name: "frame",
    icon: "layers",
    keys: ["mod+g"],
    edits: true,
    when: someNodes,
    run: (context) => groups.frameNodes(context.editor, chosenNodes(context), context.words.frame),
  },
  {
    name: "subgraph",
    icon: "layers",
    keys: ["mod+shift+g"],
    edits: true,
    when: (context) => someNodes(context) || frame(context) !== undefined,
    run: (context) =>
      groups.toSubgraph(context.editor, chosenNodes(context), context.words.frame, context.flow),
  },
  {
    name: "collapse",
    icon: "layers",
    keys: ["alt+c"],
    edits: true,
    when: (context) => frame(context) !== undefined,
    run: (context) => groups.toggleCollapsed(context.editor, context.flow),
  },
  {
    name: "dissolve",
    icon: "x",
    edits: true,
    when: (context) => frame(context) !== undefined,
    run: ({ editor }) => groups.dissolve(editor),
  },
  {
    name: "enter",
    icon: "external",
    when: (context) => frame(context)?.collapsed === true,
    run: ({ editor }) => groups.enter(editor),
  },
  {
    name: "leave",
    icon: "left",
    keys: ["escape"],
    run: ({ editor }) => groups.leave(editor),
  },
];
