"use client";
import { useTranslations } from "next-intl";
import { useEditor } from "@/app/_editor/context";
import { changeFrame, setTitle } from "@/graph/draft";

/** Renames a node or a frame in place: Enter keeps, Escape leaves. */
export function TitleInput({ id, title }: { id: string; title: string }) {
  const { model, view } = useEditor();
  const t = useTranslations("app.editor.canvas");
  const rename = (next: string) => {
    const frame = model.store.getState().file.frames?.some((f) => f.id === id);
    if (!frame) setTitle(model.doc, id, next);
    else if (next) changeFrame(model.doc, id, { title: next });
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
      }}
    />
  );
}
