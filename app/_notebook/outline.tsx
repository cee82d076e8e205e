"use client";
import { useTranslations } from "next-intl";
import { useFactsText } from "@/app/_canvas/draw";
import { useEditor, useStatus, useView } from "@/app/_editor/context";
import { useKindTexts } from "@/app/_editor/kind-text";
import { shareDone } from "@/app/_editor/node-state";
import type { GraphNode, GraphNote } from "@/graph/document";
import { IconButton } from "@/ui/button";
import { Icon } from "@/ui/icon";
import { StatusMark } from "@/ui/status";
import { useFormat } from "@/ui/use-format";
import { setFolded } from "./fold";
import { headingOf } from "./heading";
import type { Section } from "./sections";

type OutlineProps = { intro: readonly GraphNote[]; sections: readonly Section[] };

/** Every cell and every heading of the prose, with where each stands. */
export function Outline({ intro, sections }: OutlineProps) {
  const editor = useEditor();
  const t = useTranslations("app.editor");
  const ids = sections.flatMap((section) => section.entries.map(({ node }) => node.id));
  const all = useView((v) => ids.length > 0 && ids.every((id) => v.folded.includes(id)));
  return (
    <nav className="nb-out" aria-label={t("notebook.outline")}>
      <div className="nb-out-head">
        <span className="sr-only">{t("notebook.outline")}</span>
        <IconButton
          size="sm"
          icon={all ? "down" : "right"}
          label={t(all ? "notebook.unfoldAll" : "notebook.foldAll")}
          onClick={() => setFolded(editor, all ? [] : ids)}
        />
      </div>
      <NoteLinks notes={intro} />
      {sections.map((section) => (
        <section key={section.entries[0]!.node.id}>
          <h3>{section.category ? t(`category.${section.category}`) : t("notebook.unknown")}</h3>
          {section.entries.map(({ node, notes }) => (
            <div key={node.id}>
              <CellLink node={node} />
              <NoteLinks notes={notes} />
            </div>
          ))}
        </section>
      ))}
    </nav>
  );
}

/** Only prose with a heading is worth a line. */
function NoteLinks({ notes }: { notes: readonly GraphNote[] }) {
  return notes.map((note) => {
    const heading = headingOf(note.markdown);
    return heading ? (
      <a key={note.id} href={`#note-${note.id}`}>
        <Icon name="note" size={14} className="text-ink-3" />
        <span className="min-w-0 flex-1 truncate">{heading}</span>
      </a>
    ) : null;
  });
}

function CellLink({ node }: { node: GraphNode }) {
  const { catalogue, view } = useEditor();
  const texts = useKindTexts();
  const format = useFormat();
  const facts = useFactsText();
  const state = useStatus((s) => s.nodes[node.id]);
  const share = shareDone(state?.progress);
  const main = Object.entries(catalogue[node.kind]?.outputs ?? {}).find(
    ([port, spec]) => !spec.secondary && state?.outputs[port],
  );
  const output = main && state?.outputs[main[0]];
  const hint =
    state?.look === "running" && share !== undefined
      ? format.percent(share)
      : output
        ? facts.short(output.facts)
        : undefined;
  return (
    <a href={`#cell-${node.id}`} onClick={() => view.setState({ selected: [node.id] })}>
      <StatusMark status={state?.look ?? "idle"} share={share} />
      <span className="min-w-0 flex-1 truncate">{node.title ?? texts(node.kind).title}</span>
      {hint && <em>{hint}</em>}
    </a>
  );
}
