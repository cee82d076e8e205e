import { isActive } from "@/app/_editor/status-store";
import { type Action, type ActionContext, chosenNodes } from "./action";

const staleNodes = ({ editor }: ActionContext): string[] =>
  Object.entries(editor.status.getState().nodes).flatMap(([id, state]) =>
    state.look === "stale" ? [id] : [],
  );

export const runActions: Action[] = [
  {
    name: "run",
    icon: "play",
    keys: ["mod+enter"],
    edits: true,
    run: ({ editor }) => editor.actions.run({}),
  },
  {
    name: "runHere",
    icon: "play",
    keys: ["shift+enter"],
    edits: true,
    when: (context) => chosenNodes(context).length > 0,
    run: (context) => context.editor.actions.run({ targets: chosenNodes(context) }),
  },
  {
    name: "runOnly",
    icon: "play",
    edits: true,
    when: (context) => chosenNodes(context).length > 0,
    run: (context) => context.editor.actions.run({ targets: chosenNodes(context), only: true }),
  },
  {
    name: "runStale",
    icon: "retry",
    edits: true,
    when: (context) => staleNodes(context).length > 0,
    run: (context) => context.editor.actions.run({ targets: staleNodes(context) }),
  },
  {
    name: "smoke",
    icon: "bolt",
    edits: true,
    run: ({ editor }) => editor.actions.run({ smoke: true }),
  },
  {
    name: "stop",
    icon: "stop",
    keys: ["mod+alt+enter"],
    edits: true,
    when: ({ editor }) => isActive(editor.status.getState().run),
    run: ({ editor }) => editor.actions.cancel(),
  },
];
