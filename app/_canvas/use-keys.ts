"use client";
/** The canvas from the keyboard. Keys typed into a field stay there. */
import { useReactFlow } from "@xyflow/react";
import { useTranslations } from "next-intl";
import { useEffect } from "react";
import { type Editor, useEditor } from "@/app/_editor/context";
import * as commands from "./commands";
import { AROUND } from "./limits";

type Flow = ReturnType<typeof useReactFlow>;
type Acts = { editor: Editor; flow: Flow; tidy: () => void; newNote: string };

const MOTION = { duration: 160 };
const NUDGE = 4;

/** `mod` is Ctrl, or ⌘ on macOS. */
const KEYS: Record<string, (acts: Acts) => void> = {
  "mod+z": ({ editor }) => void editor.model.undo.undo(),
  "mod+shift+z": ({ editor }) => void editor.model.undo.redo(),
  "mod+y": ({ editor }) => void editor.model.undo.redo(),
  "mod+d": ({ editor }) => commands.duplicate(editor),
  "mod+a": ({ editor }) =>
    commands.select(
      editor,
      editor.model.store.getState().file.nodes.map((n) => n.id),
    ),
  "mod+m": ({ editor }) => commands.toggleState(editor, "muted"),
  "mod+b": ({ editor }) => commands.toggleState(editor, "bypassed"),
  p: ({ editor }) => commands.toggleFrozen(editor),
  delete: ({ editor }) => commands.remove(editor),
  backspace: ({ editor }) => commands.remove(editor),
  "mod+delete": ({ editor }) => commands.remove(editor, true),
  "mod+backspace": ({ editor }) => commands.remove(editor, true),
  f2: ({ editor }) => editor.view.setState({ renaming: editor.view.getState().selected[0] }),
  "shift+arrowleft": ({ editor }) => commands.selectAlong(editor, "up"),
  "shift+arrowright": ({ editor }) => commands.selectAlong(editor, "down"),
  arrowleft: (acts) => walk(acts, -1, 0),
  arrowright: (acts) => walk(acts, 1, 0),
  arrowup: (acts) => walk(acts, 0, -1),
  arrowdown: (acts) => walk(acts, 0, 1),
  o: ({ editor }) => editor.view.setState({ tab: "output", inspectorOpen: true }),
  " ": ({ editor }) => editor.view.setState({ tab: "output", inspectorOpen: true }),
  h: ({ editor }) => editor.view.setState({ tool: "hand" }),
  v: ({ editor }) => editor.view.setState({ tool: "select" }),
  "1": ({ flow }) => void flow.fitView({ ...MOTION, padding: AROUND, maxZoom: 1 }),
  "0": ({ flow }) => void flow.zoomTo(1, MOTION),
  ".": ({ editor, flow }) =>
    void flow.fitView({
      ...MOTION,
      padding: 0.3,
      maxZoom: 1.2,
      nodes: editor.view.getState().selected.map((id) => ({ id })),
    }),
  "alt+m": ({ editor }) => editor.view.setState({ minimap: !editor.view.getState().minimap }),
  "shift+alt+t": ({ tidy }) => tidy(),
  "shift+s": (acts) => commands.addNote(acts.editor, centre(acts), acts.newNote),
  tab: (acts) => {
    const at = { x: window.innerWidth / 2 - 140, y: window.innerHeight / 3 };
    acts.editor.view.setState({ addMenu: { at, place: centre(acts) } });
  },
  escape: ({ editor }) =>
    editor.view.setState({
      selected: [],
      wires: [],
      refusal: undefined,
      addMenu: undefined,
      renaming: undefined,
    }),
  "?": ({ editor }) => editor.view.setState({ help: true }),
};

export function keyName(
  event: Pick<KeyboardEvent, "key" | "code" | "ctrlKey" | "metaKey" | "shiftKey" | "altKey">,
): string {
  const key =
    event.altKey && event.code.startsWith("Key")
      ? event.code.slice(3).toLowerCase()
      : event.key.toLowerCase();
  if (key === "?") return key;
  return [
    event.ctrlKey || event.metaKey ? "mod" : "",
    event.shiftKey ? "shift" : "",
    event.altKey ? "alt" : "",
    key,
  ]
    .filter(Boolean)
    .join("+");
}

export function useKeys(tidy: () => void) {
  const editor = useEditor();
  const flow = useReactFlow();
  const newNote = useTranslations("app.editor.dock")("newNote");
  useEffect(() => {
    const acts: Acts = { editor, flow, tidy, newNote };
    const down = (event: KeyboardEvent) => {
      if (event.defaultPrevented || !onCanvas(event.target)) return;
      const name = keyName(event);
      const act = KEYS[name];
      if (!act) return;
      // Tab keeps moving focus when anything but the empty canvas has it.
      if (
        name === "tab" &&
        event.target !== document.body &&
        !(event.target as Element).classList?.contains("react-flow__pane")
      )
        return;
      event.preventDefault();
      act(acts);
    };
    const copy = (event: ClipboardEvent) => {
      const text =
        onCanvas(event.target) && !window.getSelection()?.toString() ? commands.copyText(editor) : undefined;
      if (!text) return;
      event.clipboardData?.setData("text/plain", text);
      event.preventDefault();
      if (event.type === "cut") commands.remove(editor);
    };
    const paste = (event: ClipboardEvent) => {
      if (!onCanvas(event.target)) return;
      const text = event.clipboardData?.getData("text/plain") ?? "";
      if (commands.pasteText(editor, text, centre(acts))) event.preventDefault();
    };
    document.addEventListener("keydown", down);
    document.addEventListener("copy", copy);
    document.addEventListener("cut", copy);
    document.addEventListener("paste", paste);
    return () => {
      document.removeEventListener("keydown", down);
      document.removeEventListener("copy", copy);
      document.removeEventListener("cut", copy);
      document.removeEventListener("paste", paste);
    };
  }, [editor, flow, tidy, newNote]);
}

function onCanvas(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return true;
  if (
    target.closest(
      "input, textarea, select, [contenteditable=true], [role=dialog], [role=menu], [role=listbox], [role=slider]",
    )
  )
    return false;
  return target === document.body || target.closest(".canvas") !== null;
}

function centre({ flow }: Acts): [number, number] {
  const { x, y } = flow.screenToFlowPosition({
    x: window.innerWidth / 2 - 60,
    y: window.innerHeight / 2 - 40,
  });
  return [Math.round(x / NUDGE) * NUDGE, Math.round(y / NUDGE) * NUDGE];
}

/** To the nearest node in a direction. */
function walk({ editor, flow }: Acts, dx: number, dy: number): void {
  const nodes = flow.getNodes().filter((n) => n.type === "kind");
  const from = nodes.find((n) => n.id === editor.view.getState().selected.at(-1));
  if (!from) {
    const first = nodes.slice(0, 1).map((n) => n.id);
    commands.select(editor, first);
    return;
  }
  const ranked = nodes.flatMap((n) => {
    const x = n.position.x - from.position.x;
    const y = n.position.y - from.position.y;
    const ahead = x * dx + y * dy;
    const aside = Math.abs(x * dy) + Math.abs(y * dx);
    return n.id !== from.id && ahead > 0 && ahead >= aside * 0.5
      ? [{ id: n.id, rank: ahead + aside * 2 }]
      : [];
  });
  const best = ranked.sort((a, b) => a.rank - b.rank)[0];
  if (best) commands.select(editor, [best.id]);
}
