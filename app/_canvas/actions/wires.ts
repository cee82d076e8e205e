import { setVia } from "@/graph/draft";
import { between } from "../move/walk";
import * as splice from "../wire/splice";
import { type Action, chosenNodes } from "./action";

export const wireActions: Action[] = [
  {
    name: "connect",
    icon: "branch",
    keys: ["c"],
    edits: true,
    when: (context) => chosenNodes(context).length === 1,
    run: ({ editor }) => editor.view.setState({ finder: "wires" }),
  },
  {
    name: "straighten",
    icon: "branch",
    edits: true,
    when: ({ editor }) => editor.view.getState().wires.length > 0,
    run: ({ editor }) => {
      for (const to of editor.view.getState().wires) setVia(editor.model.doc, to, []);
    },
  },
  {
    name: "insert",
    icon: "plus",
    edits: true,
    when: ({ editor }) => splice.spotOnWire(editor) !== undefined,
    run: ({ editor, flow }) => {
      const { to } = splice.spotOnWire(editor) ?? {};
      const from = editor.model.store.getState().file.wires.find((w) => w.to === to)?.from;
      if (!to || !from) return;
      const [x, y] = between(flow, from, to);
      const at = flow.flowToScreenPosition({ x, y });
      editor.view.setState({ addMenu: { at, place: [x, y], wire: to } });
    },
  },
];
