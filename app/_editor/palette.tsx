"use client";
import { useTranslations } from "next-intl";
import { useMemo, useState } from "react";
import { KIND_MIME, rankKinds } from "@/app/_canvas/add";
import { addKind } from "@/app/_canvas/edit";
import { besideChosen } from "@/app/_canvas/move";
import { type AnyNode, CATEGORIES } from "@/graph/define-node";
import { PORT_TYPES } from "@/graph/ports";
import { Input } from "@/ui/field";
import { Icon } from "@/ui/icon";
import { Kbd } from "@/ui/kbd";
import { Tooltip } from "@/ui/tooltip";
import { TypeGlyph } from "@/ui/type-glyph";
import { useEditor } from "./context";
import { kindIcon, useKindTexts } from "./kind-text";

/** The left rail: kinds to click or drag onto the canvas, and what the shapes of ports mean. */
export function Palette() {
  const { catalogue } = useEditor();
  const t = useTranslations("app.editor");
  const types = useTranslations("app.types");
  const texts = useKindTexts();
  const [find, setFind] = useState("");
  const groups = useMemo(() => {
    const all = rankKinds(find, Object.values(catalogue), texts);
    if (find.trim()) return all.length ? [{ heading: t("palette.bestFirst"), kinds: all }] : [];
    return CATEGORIES.map((category) => ({
      heading: t(`category.${category}`),
      kinds: all.filter((d) => d.category === category),
    })).filter((g) => g.kinds.length > 0);
  }, [catalogue, find, texts, t]);
  return (
    <aside className="rail" aria-label={t("palette.label")}>
      <div className="search">
        <Input
          icon="search"
          type="search"
          value={find}
          onChange={(e) => setFind(e.currentTarget.value)}
          placeholder={t("palette.add")}
          aria-label={t("palette.search")}
          end={<Kbd>Tab</Kbd>}
        />
      </div>
      <div className="kinds">
        {groups.map(({ heading, kinds }) => (
          <section key={heading} aria-label={heading}>
            <h3>
              <span>{heading}</span>
              <span>{kinds.length}</span>
            </h3>
            {kinds.map((d) => (
              <Kind key={d.kind} definition={d} />
            ))}
          </section>
        ))}
        {groups.length === 0 && <p className="px-3 py-2 text-ink-3">{t("palette.none")}</p>}
      </div>
      <div className="foot">
        <div className="legend">
          {PORT_TYPES.map((type) => (
            <span key={type}>
              <TypeGlyph type={type} size={10} />
              {types(type)}
            </span>
          ))}
        </div>
      </div>
    </aside>
  );
}

function Kind({ definition }: { definition: AnyNode }) {
  const editor = useEditor();
  const texts = useKindTexts();
  const text = texts(definition.kind);
  const add = () => {
    const stage = document.querySelector(".canvas .react-flow__viewport")?.getBoundingClientRect();
    const seen = document.querySelector(".canvas")?.getBoundingClientRect();
    const zoom = Number(
      document
        .querySelector<HTMLElement>(".canvas .react-flow__viewport")
        ?.style.transform.match(/scale\(([\d.]+)\)/)?.[1] ?? 1,
    );
    const middle: [number, number] =
      stage && seen
        ? [
            Math.round((seen.left + seen.width / 2 - stage.left) / zoom - 100),
            Math.round((seen.top + seen.height / 2 - stage.top) / zoom - 60),
          ]
        : [40, 40];
    addKind(editor, definition.kind, besideChosen(editor) ?? middle);
  };
  return (
    <Tooltip text={text.summary ?? text.title} side="right">
      <button
        type="button"
        className="pal"
        draggable={!editor.readOnly}
        disabled={editor.readOnly}
        onDragStart={(e) => {
          e.dataTransfer.setData(KIND_MIME, definition.kind);
          e.dataTransfer.effectAllowed = "copy";
        }}
        onClick={add}
      >
        <Icon name={kindIcon(definition.kind)} className="text-ink-2" />
        <span className="name">{text.title}</span>
        <span className="outs">
          {Object.entries(definition.outputs).map(
            ([port, spec]) =>
              (!spec.secondary || spec.type === "report") && (
                <TypeGlyph key={port} type={spec.type} size={9} />
              ),
          )}
        </span>
      </button>
    </Tooltip>
  );
}
