"use client";
/** The canvas from the keyboard, out of the table of actions. Keys typed into a field stay there. */
import { useEffect } from "react";
import { type ActionContext, isPossible } from "../actions/action";
import { keyName } from "../actions/key-name";
import { runActionOf } from "../actions/run";
import { actionOfKeys } from "../actions/use-bindings";
import * as commands from "../edit/commands";
import { middleOf } from "./walk";

export function useKeys(context: ActionContext) {
  useEffect(() => {
    const { editor } = context;
    /** Space with a drag moves the canvas; alone, on release, it peeks. */
    let space = false;
    /** Held while keys are pasted: incoming wires are kept too. */
    let shift = false;
    const act = (name: string): boolean => {
      const action = actionOfKeys(name);
      if (!action || !isPossible(action, context)) return false;
      void action.run(context);
      return true;
    };
    const down = (event: KeyboardEvent) => {
      shift = event.shiftKey;
      if (event.defaultPrevented || !onCanvas(event.target)) return;
      const name = keyName(event);
      const action = actionOfKeys(name);
      // Runs go from every view: the frame has them.
      if (runActionOf(action)) return;
      const onButton = (event.target as Element).closest?.("button, a, [role=button]:not(.react-flow__node)");
      if (name === "enter" && onButton) return;
      if (name === " ") {
        if (onButton) return;
        space = !event.repeat || space;
        return event.preventDefault();
      }
      // Tab keeps moving focus when anything but the empty canvas has it.
      if (name === "tab" && event.target !== document.body && !isPane(event.target)) return;
      if (action && (act(name) || name.startsWith("mod"))) event.preventDefault();
    };
    const up = (event: KeyboardEvent) => {
      shift = event.shiftKey;
      if (event.key === " " && space && onCanvas(event.target)) act(" ");
      space = false;
    };
    const pressed = () => {
      space = false;
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
      if (commands.pasteText(editor, text, middleOf(context.flow), shift)) event.preventDefault();
    };
    document.addEventListener("keydown", down);
    document.addEventListener("keyup", up);
    document.addEventListener("pointerdown", pressed, true);
    document.addEventListener("copy", copy);
    document.addEventListener("cut", copy);
    document.addEventListener("paste", paste);
    return () => {
      document.removeEventListener("keydown", down);
      document.removeEventListener("keyup", up);
      document.removeEventListener("pointerdown", pressed, true);
      document.removeEventListener("copy", copy);
      document.removeEventListener("cut", copy);
      document.removeEventListener("paste", paste);
    };
  }, [context]);
}

const isPane = (target: EventTarget | null) =>
  target instanceof Element && target.classList.contains("react-flow__pane");

function onCanvas(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return true;
  if (
    target.closest(
      "input, textarea, select, [contenteditable=true], [role=dialog], [role=menu], [role=listbox], [role=slider]",
    )
  )
    return false;
  // What was added from the rail stands on the canvas: the keys after it are meant for that.
  return target === document.body || target.closest(".canvas, .rail") !== null;
}
