"use client";
import { useTranslations } from "next-intl";
import { useEditor } from "@/app/_editor/context";
import { changeFrame, setTitle } from "@/graph/draft";
import { freeTitle } from "@/graph/free-title";
import { toast } from "@/ui/toast";

/** Renames a node or a frame in place: Enter keeps, Escape leaves. */
export function TitleInput({ id, title }: { id: string; title: string }) {
  const { model, view } = useEditor();
  const t = useTranslations("app.editor.canvas");
  const rename = (next: string) => {
    const { file } = model.store.getState();
    const frame = file.frames?.some((f) => f.id === id);
    if (!frame) {
      const taken = new Set(file.nodes.flatMap((n) => (n.id !== id && n.title ? [n.title] : [])));
      const free = next && freeTitle(taken, next);
      setTitle(model.doc, id, free);
      if (free !== next) toast(t("nameTaken", { title: next, name: free }));
    } else if (next) changeFrame(model.doc, id, { title: next });
  };
  const close = () => view.setState({ renaming: undefined });
  return (
    <input
      className="nodrag title"
      aria-label={t("rename")}
      defaultValue={title}
      // biome-ignore lint/a11y/noAutofocus: the person just asked to type here
      autoFocus
      onFocus={(e) => e.currentTarget.select()}
      onBlur={(e) => {
        const next = e.currentTarget.value.trim();
        if (view.getState().renaming === id && next !== title) rename(next);
        close();
      }}
      onKeyDown={(e) => {
        e.stopPropagation();
        if (e.key === "Enter") e.currentTarget.blur();
        if (e.key === "Escape") close();
        // Nothing is typed yet, so there is nothing else to undo than what came before the renaming.
        if (e.key === "z" && (e.ctrlKey || e.metaKey) && e.currentTarget.value === title) {
          e.preventDefault();
          close();
          model.undo.undo();
        }
      }}
    />
  );
}
