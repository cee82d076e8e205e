"use client";
import "./notebook.css";
import { useTranslations } from "next-intl";
import { useEffect, useMemo } from "react";
import { useEditor, useModel, useStatus } from "@/app/_editor/context";
import { isActive } from "@/app/_editor/status-store";
import { Button } from "@/ui/button";
import { Empty } from "@/ui/empty";
import { Cell } from "./cell";
import { CellsContext } from "./cells-context";
import { readFolded } from "./fold";
import { NextRun } from "./next-run";
import { NoteCell } from "./note-cell";
import { addNote } from "./note-commands";
import { Outline } from "./outline";
import { sections } from "./sections";
import { useNotebookKeys } from "./use-notebook-keys";

/** The same graph, read from top to bottom: each node a cell with its parameters and its stored outputs. */
export function Notebook() {
  const { catalogue, view, graphId } = useEditor();
  const t = useTranslations("app.editor");
  const file = useModel((m) => m.file);
  const topological = useModel((m) => m.inferred.order);
  const active = useStatus((s) => (isActive(s.run) ? s.run?.number : undefined));
  const { intro, sections: made } = useMemo(
    () => sections(file, topological, catalogue),
    [file, topological, catalogue],
  );
  const cells = useMemo(
    () => ({ order: made.flatMap((section) => section.entries.map(({ node }) => node.id)) }),
    [made],
  );
  const { order } = cells;
  useNotebookKeys(order);
  useEffect(() => view.setState({ folded: readFolded(graphId) }), [view, graphId]);
  return (
    <CellsContext value={cells}>
      <Outline intro={intro} sections={made} />
      <main className="nb-scroll" aria-label={t("top.notebook")}>
        <div className="nb-doc">
          <section className="nb-title">
            <h1>{file.name}</h1>
          </section>
          {intro.map((note) => (
            <NoteCell key={note.id} note={note} order={order} />
          ))}
          <AddNote after={undefined} />
          {made.length === 0 && <Empty title={t("canvas.empty")}>{t("notebook.emptyHint")}</Empty>}
          {made.map((section) => (
            <section key={section.entries[0]!.node.id}>
              <div className="nb-sec">
                <h2>{section.category ? t(`category.${section.category}`) : t("notebook.unknown")}</h2>
                {active !== undefined && section.category === "train" && (
                  <span className="text-11 text-ink-3">{t("notebook.inProgress", { run: active })}</span>
                )}
              </div>
              {section.entries.map(({ node, notes }) => (
                <div key={node.id}>
                  <Cell node={node} next={order[order.indexOf(node.id) + 1]} />
                  {notes.map((note) => (
                    <NoteCell key={note.id} note={note} order={order} />
                  ))}
                  <AddNote after={node.id} />
                </div>
              ))}
            </section>
          ))}
        </div>
      </main>
      <NextRun />
    </CellsContext>
  );
}

/** Between cells: shows itself to a pointer that comes near and to the keyboard. */
function AddNote({ after }: { after: string | undefined }) {
  const editor = useEditor();
  const t = useTranslations("app.editor.notebook");
  if (editor.readOnly) return null;
  return (
    <div className="add-note">
      <Button size="sm" variant="ghost" icon="plus" onClick={() => addNote(editor, after)}>
        {t("note.add")}
      </Button>
    </div>
  );
}
