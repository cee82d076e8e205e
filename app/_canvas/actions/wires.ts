import { setVia } from "@/graph/draft";
import * as splice from "../splice";
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
      const spot = splice.spotOnWire(editor);
      if (!spot) return;
      const [at, place] = splice.placeOf(flow, spot.to);
      editor.view.setState({ addMenu: { at, place, wire: spot.to } });
    },
  },
];
