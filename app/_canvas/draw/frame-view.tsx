"use client";
import type { NodeProps } from "@xyflow/react";
import { useTranslations } from "next-intl";
import { memo } from "react";
import { useEditor, useModel, useView } from "@/app/_editor/context";
import { changeFrame } from "@/graph/draft";
import { IconButton } from "@/ui/button";
import { useKeysText } from "../actions/use-bindings";
import { select } from "../edit/commands";
import { TitleInput } from "./title-input";

/** A named region around nodes that belong together. Its head chooses them all, and so moves them. */
export const FrameView = memo(function FrameView({ id: drawn, width, height }: NodeProps) {
  const editor = useEditor();
  const id = drawn.slice("frame:".length);
  const t = useTranslations("app.editor.frame");
  const frame = useModel((m) => m.file.frames?.find((f) => f.id === id));
  const renaming = useView((v) => v.renaming === id);
  const keys = useKeysText();
  if (!frame) return null;
  return (
    <section className="frame" style={{ width, height }} aria-label={frame.title}>
      <header>
        {renaming ? (
          <TitleInput id={id} title={frame.title} />
        ) : (
          <button
            type="button"
            className="name nodrag"
            onClick={() => select(editor, frame.nodes)}
            onDoubleClick={() => !editor.readOnly && editor.view.setState({ renaming: id })}
          >
            {frame.title}
          </button>
        )}
        {!editor.readOnly && (
          <IconButton
            icon="minus"
            size="sm"
            className="nodrag"
            label={t("collapse")}
            keys={keys("collapse")}
            onClick={() => {
              changeFrame(editor.model.doc, id, { collapsed: true });
              select(editor, [id]);
            }}
          />
        )}
      </header>
    </section>
  );
});
