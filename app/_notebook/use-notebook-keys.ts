"use client";
import { useEffect } from "react";
import { useEditor } from "@/app/_editor/context";
import { toggleFolded } from "./fold";

/** Keys of the notebook outside its fields: walk, collapse, undo. Running is the editor's own. */
export function useNotebookKeys(order: readonly string[]): void {
  const editor = useEditor();
  useEffect(() => {
    const down = (event: KeyboardEvent) => {
      const at = event.target instanceof Element ? event.target : undefined;
      if (event.defaultPrevented || at?.closest("input, textarea, select, [role=menu], [role=dialog]"))
        return;
      const [chosen] = editor.view.getState().selected;
      const mod = event.ctrlKey || event.metaKey;
      const key = event.key.toLowerCase();
      if (mod && key === "z" && !event.shiftKey) editor.model.undo.undo();
      else if (mod && (key === "y" || (key === "z" && event.shiftKey))) editor.model.undo.redo();
      else if (event.altKey && event.code === "KeyC" && chosen) toggleFolded(editor, chosen);
      else if (!mod && !event.altKey && (key === "j" || key === "k")) {
        const place = chosen === undefined ? -1 : order.indexOf(chosen);
        const next = order[Math.max(0, place + (key === "j" ? 1 : -1))];
        if (!next) return;
        editor.view.setState({ selected: [next] });
        document.getElementById(`cell-${next}`)?.scrollIntoView({ block: "nearest" });
      } else return;
      event.preventDefault();
    };
    document.addEventListener("keydown", down);
    return () => document.removeEventListener("keydown", down);
  }, [editor, order]);
}
