import type { Editor } from "@/app/_editor/context";
import { isActive } from "@/app/_editor/status-store";
import { type Action, chosenNodes } from "./action";

/** Runs need no canvas: they are called from every view. */
type Context = { editor: Editor };
type RunAction = Action & { when?(context: Context): boolean; run(context: Context): void };

const staleNodes = ({ editor }: Context): string[] =>
  Object.entries(editor.status.getState().nodes).flatMap(([id, state]) =>
    state.look === "stale" ? [id] : [],
  );
const anyNode = (context: Context) => chosenNodes(context).length > 0;

export const runActions: RunAction[] = [
  {
    name: "run",
    icon: "play",
    keys: ["mod+enter"],
    starts: true,
    run: ({ editor }) => editor.actions.run({}),
  },
  {
    name: "runHere",
    icon: "play",
    keys: ["shift+enter"],
    starts: true,
    when: anyNode,
    run: (context) => context.editor.actions.run({ targets: chosenNodes(context) }),
  },
  {
    name: "runOnly",
    icon: "play",
    starts: true,
    when: anyNode,
    run: (context) => context.editor.actions.run({ targets: chosenNodes(context), only: true }),
  },
  {
    name: "runStale",
    icon: "retry",
    starts: true,
    when: (context) => staleNodes(context).length > 0,
    run: (context) => context.editor.actions.run({ targets: staleNodes(context) }),
  },
  {
    name: "smoke",
    icon: "bolt",
    starts: true,
    run: ({ editor }) => editor.actions.run({ smoke: true }),
  },
  {
    name: "stop",
    icon: "stop",
    keys: ["mod+alt+enter"],
    when: ({ editor }) => {
      const { run, mine } = editor.status.getState();
      return isActive(run) && editor.may("run.cancel", mine);
    },
    run: ({ editor }) => editor.actions.cancel(),
  },
];

export const runActionOf = (action: Action | undefined): RunAction | undefined =>
  runActions.find((one) => one === action);
