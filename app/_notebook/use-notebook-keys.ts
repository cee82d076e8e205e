"use client";
import { useEffect } from "react";
import { keyName } from "@/app/_canvas/actions/key-name";
import { actionOfKeys } from "@/app/_canvas/actions/use-bindings";
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
      const name = actionOfKeys(keyName(event))?.name;
      if (name === "undo") editor.model.undo.undo();
      else if (name === "redo") editor.model.undo.redo();
      else if (name === "collapse" && chosen) toggleFolded(editor, chosen);
      else if (name === "shortcuts") editor.view.setState({ help: true });
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
