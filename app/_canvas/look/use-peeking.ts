"use client";
/** The pointer that rests on a node shows its first rows. */
import type { Node } from "@xyflow/react";
import { useMemo } from "react";
import { useEditor } from "@/app/_editor/context";
import { PEEK_AFTER_MS, PEEK_STAYS_MS } from "../limits";

export function usePeeking() {
  const { view, status } = useEditor();
  return useMemo(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let shown: string | undefined;
    return {
      onNodeMouseEnter: (event: { buttons: number }, node: Node) => {
        clearTimeout(timer);
        const has = Object.keys(status.getState().nodes[node.id]?.outputs ?? {}).length > 0;
        if (!has || event.buttons) return;
        timer = setTimeout(() => {
          shown = node.id;
          view.setState({ peek: node.id });
        }, PEEK_AFTER_MS);
      },
      onNodeMouseLeave: () => {
        clearTimeout(timer);
        // Time to reach the rows themselves, which may be clicked.
        timer = setTimeout(() => {
          if (document.querySelector(".peek:hover")) return;
          if (shown && view.getState().peek === shown) view.setState({ peek: undefined });
          shown = undefined;
        }, PEEK_STAYS_MS);
      },
    };
  }, [view, status]);
}
