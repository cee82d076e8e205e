"use client";
import { Panel } from "@xyflow/react";
import { useTranslations } from "next-intl";
import { useEffect, useRef } from "react";
import { useFlow } from "@/app/_canvas/look";
import { useEditor } from "@/app/_editor/context";
import { isEmptyDiff } from "@/graph/diff";
import { replaceAll } from "@/graph/draft";
import { Button, IconButton } from "@/ui/button";
import { toast } from "@/ui/toast";
import { useChangeLines, useNames } from "./change-text";
import { type Comparison as Compared, useComparison } from "./compare";
import { DiffLayer } from "./diff-layer";
import { Values } from "./values";

/** While a version is looked at: the changes since, drawn on the canvas and listed in words. */
export function Comparison() {
  const comparison = useComparison();
  if (!comparison) return null;
  return (
    <>
      <DiffLayer {...comparison} />
      <Panel position="top-center">
        <Card {...comparison} />
      </Panel>
    </>
  );
}

function Card(comparison: Compared) {
  const { model, view, readOnly } = useEditor();
  const t = useTranslations("app.editor");
  const common = useTranslations("app.common");
  const { version, diff } = comparison;
  const card = useRef<HTMLElement>(null);
  useEffect(() => card.current?.focus(), []);
  const close = () => view.setState({ compare: undefined });
  const back = () => {
    replaceAll(model.doc, version.file);
    close();
    toast(t("versions.restored", { number: version.number }));
  };
  const wires = diff.wiresAdded.length + diff.wiresRemoved.length;
  return (
    <section
      ref={card}
      className="compare nowheel nopan nodrag"
      aria-label={t("compare.label", { number: version.number })}
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.preventDefault();
        close();
      }}
    >
      <header>
        <h2>
          {t("compare.since", { number: version.number })}
          {version.name ? ` · ${version.name}` : ""}
        </h2>
        {!readOnly && (
          <Button size="sm" onClick={back}>
            {t("versions.restore")}
          </Button>
        )}
        <IconButton icon="x" size="sm" label={common("close")} onClick={close} />
      </header>
      <div className="list" role="status">
        {isEmptyDiff(diff)
          ? t("compare.nothing")
          : t("compare.summary", {
              added: diff.added.length,
              removed: diff.removed.length,
              changed: diff.changed.length,
              wires,
            })}
      </div>
      {!isEmptyDiff(diff) && <Changes {...comparison} />}
    </section>
  );
}

function Changes({ version, draft, diff }: Compared) {
  const { view } = useEditor();
  const flow = useFlow();
  const t = useTranslations("app.editor.compare");
  const lines = useChangeLines();
  const { title, port } = useNames(draft, version.file);
  const show = (id: string) => {
    view.setState({ selected: [id] });
    void flow.fit({ ids: [id], padding: 0.4 });
  };
  const name = (id: string) => (
    <button type="button" onClick={() => show(id)}>
      {title(id)}
    </button>
  );
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls must be reached from the keyboard
    <ul className="list" tabIndex={0} aria-label={t("list")}>
      {diff.added.map((id) => (
        <li key={id}>
          {t("added")}: {name(id)}
        </li>
      ))}
      {diff.removed.map((id) => (
        <li key={id}>
          {t("removed")}: {title(id)}
        </li>
      ))}
      {diff.changed.map((change) =>
        lines(change, draft.nodes.find((n) => n.id === change.id)?.kind ?? "").map((line) => (
          <li key={`${change.id} ${line.what}`}>
            {name(change.id)}: <Values {...line} />
          </li>
        )),
      )}
      {diff.wiresAdded.map(({ from, to }) => (
        <li key={`+${from} ${to}`}>{t("wireAdded", { from: port(from), to: port(to) })}</li>
      ))}
      {diff.wiresRemoved.map(({ from, to }) => (
        <li key={`-${from} ${to}`}>{t("wireRemoved", { from: port(from), to: port(to) })}</li>
      ))}
    </ul>
  );
}
