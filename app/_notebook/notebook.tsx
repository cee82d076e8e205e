"use client";
import "./notebook.css";
import { useTranslations } from "next-intl";
import { useMemo } from "react";
import Markdown from "react-markdown";
import { useFactsText } from "@/app/_canvas/summary";
import { useEditor, useModel, useStatus } from "@/app/_editor/context";
import { useKindTexts } from "@/app/_editor/kind-text";
import { shareDone } from "@/app/_editor/node-state";
import { isActive } from "@/app/_editor/status-store";
import { Empty } from "@/app/_ui/empty";
import { StatusMark } from "@/app/_ui/status";
import { useFormat } from "@/app/_ui/use-format";
import type { GraphNode } from "@/graph/document";
import { Cell } from "./cell";
import { NextRun } from "./next-run";
import { sections } from "./sections";

/** The same graph, read from top to bottom: each node a cell with its parameters and its stored outputs. */
export function Notebook() {
  const { catalogue } = useEditor();
  const t = useTranslations("app.editor");
  const file = useModel((m) => m.file);
  const order = useModel((m) => m.inferred.order);
  const active = useStatus((s) => (isActive(s.run) ? s.run?.number : undefined));
  const { intro, sections: made } = useMemo(() => sections(file, order, catalogue), [file, order, catalogue]);
  return (
    <>
      <nav className="nb-out" aria-label={t("notebook.outline")}>
        {made.map((section) => (
          <section key={section.entries[0]!.node.id}>
            <h3>{section.category ? t(`category.${section.category}`) : t("notebook.unknown")}</h3>
            {section.entries.map(({ node }) => (
              <OutlineLink key={node.id} node={node} />
            ))}
          </section>
        ))}
      </nav>
      <main className="nb-scroll" aria-label={t("top.notebook")}>
        <div className="nb-doc">
          <section className="prose">
            <h1>{file.name}</h1>
            {intro.map((note) => (
              <Markdown key={note.id}>{note.markdown}</Markdown>
            ))}
          </section>
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
                  <Cell node={node} />
                  {notes.map((note) => (
                    <div className="cell" key={note.id}>
                      <span />
                      <div className="cell-note">
                        <Markdown>{note.markdown}</Markdown>
                      </div>
                    </div>
                  ))}
                </div>
              ))}
            </section>
          ))}
        </div>
      </main>
      <NextRun />
    </>
  );
}

function OutlineLink({ node }: { node: GraphNode }) {
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
