import * as commands from "../edit/commands";
import { walk } from "../move/walk";
import { type Action, anyChosen } from "./action";

export const selectActions: Action[] = [
  {
    name: "all",
    keys: ["mod+a"],
    run: ({ editor, flow }) =>
      commands.select(
        editor,
        flow.nodes().flatMap((n) => (n.type === "frame" ? [] : [n.id])),
      ),
  },
  {
    name: "upstream",
    keys: ["shift+arrowleft"],
    when: anyChosen,
    run: ({ editor }) => commands.selectAlong(editor, "up"),
  },
  {
    name: "downstream",
    keys: ["shift+arrowright"],
    when: anyChosen,
    run: ({ editor }) => commands.selectAlong(editor, "down"),
  },
  { name: "walkLeft", keys: ["arrowleft"], run: ({ editor, flow }) => walk(editor, flow, -1, 0) },
  { name: "walkRight", keys: ["arrowright"], run: ({ editor, flow }) => walk(editor, flow, 1, 0) },
  { name: "walkUp", keys: ["arrowup"], run: ({ editor, flow }) => walk(editor, flow, 0, -1) },
  { name: "walkDown", keys: ["arrowdown"], run: ({ editor, flow }) => walk(editor, flow, 0, 1) },
  {
    name: "find",
    icon: "search",
    keys: ["mod+f"],
    run: ({ editor }) => editor.view.setState({ finder: "nodes" }),
  },
];
