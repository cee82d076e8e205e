"use client";
import { useTranslations } from "next-intl";
import { type KeyboardEvent, useRef } from "react";
import Markdown from "react-markdown";
import { useEditor, useView } from "@/app/_editor/context";
import type { GraphNote } from "@/graph/document";
import { moveNote } from "@/graph/draft";
import { IconButton } from "@/ui/button";
import { removeNote, writeNote } from "./note-commands";
import { noteStep } from "./note-order";

/** Prose between cells, written in Markdown. */
export function NoteCell({ note, order }: { note: GraphNote; order: readonly string[] }) {
  const editor = useEditor();
  const t = useTranslations("app.editor.notebook");
  const writing = useView((v) => v.writing === note.id);
  const write = () => editor.view.setState({ writing: note.id, selected: [note.id] });
  if (writing && !editor.readOnly) return <NoteEditor note={note} />;
  return (
    <div className="cell note-cell" id={`note-${note.id}`}>
      <div className="note-tools">
        {!editor.readOnly && (
          <>
            <IconButton size="sm" icon="pencil" label={t("note.edit")} onClick={write} />
            {STEPS.map((way) => (
              <Move key={way} note={note} way={way} order={order} />
            ))}
            <IconButton
              size="sm"
              icon="trash"
              label={t("note.delete")}
              onClick={() => removeNote(editor, note.id)}
            />
          </>
        )}
      </div>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the pencil beside it does the same */}
      <div className="cell-note prose" onDoubleClick={editor.readOnly ? undefined : write}>
        <Markdown>{note.markdown}</Markdown>
      </div>
    </div>
  );
}

const STEPS = ["up", "down"] as const;

type MoveProps = { note: GraphNote; way: (typeof STEPS)[number]; order: readonly string[] };

function Move({ note, way, order }: MoveProps) {
  const { model } = useEditor();
  const t = useTranslations("app.editor.notebook");
  const step = noteStep(order, note.after, way);
  return (
    <IconButton
      size="sm"
      icon="down"
      {...(way === "up" ? { className: "rotate-180" } : {})}
      label={t(`note.${way}`)}
      disabled={!step}
      onClick={() => step && moveNote(model.doc, note.id, step.after)}
    />
  );
}

function NoteEditor({ note }: { note: GraphNote }) {
  const editor = useEditor();
  const t = useTranslations("app.editor.notebook");
  const left = useRef(false);
  const leave = (markdown: string) => {
    // Leaving by key takes the focus away too: written once.
    if (left.current) return;
    left.current = true;
    writeNote(editor, note.id, markdown);
  };
  const keys = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    event.stopPropagation();
    if (event.key === "Escape") leave(note.markdown);
    else if (event.key === "Enter" && (event.shiftKey || event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      // The run shortcuts listen on the document.
      event.nativeEvent.stopImmediatePropagation();
      leave(event.currentTarget.value);
    }
  };
  return (
    <div className="cell note-cell">
      <span />
      <textarea
        className="note-edit"
        aria-label={t("note.label")}
        placeholder={t("note.placeholder")}
        defaultValue={note.markdown}
        // biome-ignore lint/a11y/noAutofocus: the person just asked to write here
        autoFocus
        rows={Math.max(3, note.markdown.split("\n").length + 1)}
        onBlur={(event) => leave(event.currentTarget.value)}
        onKeyDown={keys}
      />
    </div>
  );
}
