"use client";
import type { NodeProps } from "@xyflow/react";
import { useTranslations } from "next-intl";
import { memo, useState } from "react";
import Markdown from "react-markdown";
import { useEditor, useModel } from "@/app/_editor/context";
import { setNote } from "@/graph/draft";

/** Prose on the canvas; double-click writes in it. */
export const NoteView = memo(function NoteView({ id, selected }: NodeProps) {
  const { model, readOnly } = useEditor();
  const t = useTranslations("app.editor.canvas");
  const markdown = useModel((m) => m.file.notes?.find((n) => n.id === id)?.markdown) ?? "";
  const [writing, setWriting] = useState(false);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Enter on the focused note, handled by the canvas, does the same
    <div
      className="md-note"
      data-selected={selected || undefined}
      onDoubleClick={() => !readOnly && setWriting(true)}
    >
      {writing ? (
        <textarea
          className="nodrag nowheel"
          aria-label={t("note")}
          defaultValue={markdown}
          // biome-ignore lint/a11y/noAutofocus: the person just asked to type here
          autoFocus
          rows={Math.max(3, markdown.split("\n").length + 1)}
          onBlur={(e) => {
            setNote(model.doc, id, { markdown: e.currentTarget.value });
            setWriting(false);
          }}
          onKeyDown={(e) => {
            e.stopPropagation();
            if (e.key === "Escape") e.currentTarget.blur();
          }}
        />
      ) : (
        <Markdown>{markdown}</Markdown>
      )}
    </div>
  );
});
