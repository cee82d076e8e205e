"use client";
/** The view follows the chosen node: it is never out of sight or under a panel. */
import { useEffect } from "react";
import { useEditor } from "@/app/_editor/context";
import { standing } from "../edit/standing";
import type { Flow } from "../look/flow";
import { bringIntoSight } from "./walk";

/** A second click of a double click still meets what the first one met. */
const AFTER_PRESS_MS = 320;

export function useFollowing(flow: Flow): void {
  const editor = useEditor();
  useEffect(() => {
    let pressed = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const follow = (wait: number) => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        if (!pressed) timer = undefined;
        const [id, ...more] = editor.view.getState().selected;
        if (id === undefined || more.length || pressed) return;
        // A node that was just added is in the draft before it is drawn.
        bringIntoSight(flow, flow.rectOf(id) ?? standing(editor).get(id));
      }, wait);
    };
    const down = () => {
      pressed = true;
    };
    const up = () => {
      pressed = false;
      if (timer) follow(AFTER_PRESS_MS);
    };
    addEventListener("pointerdown", down, true);
    addEventListener("pointerup", up, true);
    addEventListener("pointercancel", up, true);
    const stop = editor.view.subscribe((now, before) => {
      if (now.selected !== before.selected) follow(pressed ? AFTER_PRESS_MS : 0);
    });
    return () => {
      clearTimeout(timer);
      stop();
      removeEventListener("pointerdown", down, true);
      removeEventListener("pointerup", up, true);
      removeEventListener("pointercancel", up, true);
    };
  }, [editor, flow]);
}
