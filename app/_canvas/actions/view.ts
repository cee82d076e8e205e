import { focusSettings } from "../move/focus";
import { type Action, anyChosen, chosenNodes } from "./action";

const MOTION = { duration: 160 };

export const viewActions: Action[] = [
  {
    name: "commands",
    icon: "term",
    keys: ["mod+k"],
    run: ({ editor }) => editor.view.setState({ finder: "commands" }),
  },
  {
    name: "peek",
    icon: "eye",
    keys: ["o", " "],
    when: (context) => chosenNodes(context).length === 1,
    run: ({ editor }) => {
      const { selected, peek } = editor.view.getState();
      editor.view.setState({ peek: peek === selected[0] ? undefined : selected[0] });
    },
  },
  {
    name: "settings",
    icon: "gear",
    keys: ["enter"],
    when: (context) => chosenNodes(context).length === 1,
    run: ({ editor }) => {
      editor.view.setState({ tab: "settings", inspectorOpen: true, peek: undefined });
      focusSettings();
    },
  },
  {
    name: "docs",
    icon: "book",
    when: (context) => chosenNodes(context).length === 1,
    run: ({ editor }) => {
      const [chosen] = editor.view.getState().selected;
      const node = editor.model.store.getState().file.nodes.find((n) => n.id === chosen);
      editor.view.setState({ docs: node?.kind });
    },
  },
  {
    name: "output",
    icon: "grid",
    when: (context) => chosenNodes(context).length === 1,
    run: ({ editor }) => editor.view.setState({ tab: "output", inspectorOpen: true, peek: undefined }),
  },
  {
    name: "fit",
    icon: "fit",
    keys: ["1"],
    run: ({ flow }) => void flow.fit(MOTION),
  },
  { name: "actual", icon: "fit", keys: ["0"], run: ({ flow }) => void flow.zoomTo(1, MOTION) },
  {
    name: "fitSelection",
    icon: "fit",
    keys: ["."],
    when: anyChosen,
    run: ({ editor, flow }) =>
      void flow.fit({ ...MOTION, ids: editor.view.getState().selected, padding: 0.3, maxZoom: 1.2 }),
  },
  { name: "notebook", icon: "book", run: ({ editor }) => editor.actions.show("notebook") },
  { name: "app", icon: "screen", run: ({ editor }) => editor.actions.show("app") },
  { name: "zoomIn", icon: "plus", run: ({ flow }) => void flow.zoomIn(MOTION) },
  { name: "zoomOut", icon: "minus", run: ({ flow }) => void flow.zoomOut(MOTION) },
  {
    name: "minimap",
    icon: "map",
    keys: ["alt+m"],
    run: ({ editor }) => editor.view.setState({ minimap: !editor.view.getState().minimap }),
  },
  { name: "hand", icon: "hand", keys: ["h"], run: ({ editor }) => editor.view.setState({ tool: "hand" }) },
  {
    name: "select",
    icon: "arrow",
    keys: ["v"],
    run: ({ editor }) => editor.view.setState({ tool: "select" }),
  },
  { name: "shortcuts", icon: "key", keys: ["?"], run: ({ editor }) => editor.view.setState({ help: true }) },
];
