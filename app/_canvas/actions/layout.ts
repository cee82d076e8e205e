import { moveNodes, setPinned } from "@/graph/draft";
import { ALIGNMENTS, type Alignment, align } from "../arrange/align";
import * as commands from "../edit/commands";
import { rectsOf } from "../move/walk";
import { type Action, chosenNodes } from "./action";

const alignAction = (how: Alignment): Action => ({
  name: how,
  icon: "tidy",
  edits: true,
  when: ({ editor }) => editor.view.getState().selected.length > 1,
  run: ({ editor, flow }) =>
    moveNodes(editor.model.doc, align(how, rectsOf(flow, editor.view.getState().selected))),
});

export const layoutActions: Action[] = [
  {
    name: "tidy",
    icon: "tidy",
    keys: ["shift+alt+t"],
    edits: true,
    run: async ({ editor, flow, size }) => {
      await commands.tidy(editor, size);
      requestAnimationFrame(() => void flow.fit({ duration: 160 }));
    },
  },
  ...ALIGNMENTS.map(alignAction),
  {
    name: "pin",
    icon: "pin",
    edits: true,
    when: (context) => chosenNodes(context).length > 0,
    run: (context) => {
      const { doc, store } = context.editor.model;
      const ids = chosenNodes(context);
      const pinned = store.getState().file.pinned ?? [];
      setPinned(doc, ids, !ids.every((id) => pinned.includes(id)));
    },
  },
];
