"use client";
import { useTranslations } from "next-intl";
import { ParamForm } from "@/app/_params/param-form";
import { type GraphFrame, parsePortRef } from "@/graph/document";
import { changeFrame, dissolveFrame } from "@/graph/draft";
import { Button } from "@/ui/button";
import { Icon } from "@/ui/icon";
import { useEditor, useModel } from "./context";
import { kindIcon, useKindTexts } from "./kind-text";

/** The inspector of a frame: its promoted parameters to set, and of each member which to promote. */
export function FramePanel({ frame }: { frame: GraphFrame }) {
  const { model, view, readOnly } = useEditor();
  const t = useTranslations("app.editor.frame");
  const texts = useKindTexts();
  const nodes = useModel((m) => m.file.nodes);
  const members = nodes.filter((n) => frame.nodes.includes(n.id));
  const promoted = frame.promoted ?? [];
  const ofNode = (id: string) =>
    promoted.flatMap((ref) => (parsePortRef(ref).node === id ? [parsePortRef(ref).port] : []));
  const promote = (ref: string) =>
    changeFrame(model.doc, frame.id, {
      promoted: promoted.includes(ref) ? promoted.filter((r) => r !== ref) : [...promoted, ref],
    });
  return (
    <div className="scroll">
      <h2 className="flex items-center gap-2 text-15 font-semibold tracking-[-0.01em]">
        <Icon name="layers" className="text-ink-2" />
        {frame.title}
      </h2>
      <div className="flex flex-wrap gap-1.5">
        <Button
          size="sm"
          icon="external"
          onClick={() => view.setState({ inside: frame.id, selected: [], wires: [] })}
        >
          {t("enter")}
        </Button>
        {!readOnly && (
          <>
            <Button
              size="sm"
              icon="layers"
              onClick={() => {
                changeFrame(model.doc, frame.id, { collapsed: !frame.collapsed });
                view.setState({ selected: frame.collapsed ? frame.nodes : [frame.id] });
              }}
            >
              {frame.collapsed ? t("expand") : t("collapse")}
            </Button>
            <Button
              size="sm"
              icon="x"
              onClick={() => {
                dissolveFrame(model.doc, frame.id);
                view.setState({ selected: frame.nodes });
              }}
            >
              {t("dissolve")}
            </Button>
          </>
        )}
      </div>
      {members.map((node) => {
        const chosen = ofNode(node.id);
        const text = texts(node.kind);
        const others = Object.keys(text.params).filter((p) => !chosen.includes(p));
        return (
          <section key={node.id} aria-label={node.title ?? text.title} className="flex flex-col gap-1.5">
            <h3 className="flex items-center gap-2 font-semibold">
              <Icon name={kindIcon(node.kind)} size={14} className="text-ink-2" />
              {node.title ?? text.title}
            </h3>
            {chosen.length > 0 && <ParamForm node={node} only={chosen} />}
            {!readOnly && (
              <fieldset className="flex flex-wrap gap-1" aria-label={t("promote")}>
                {[...chosen, ...others].map((p) => (
                  <button
                    key={p}
                    type="button"
                    aria-pressed={chosen.includes(p)}
                    className="rounded-1 border border-line-2 px-1.5 text-11 leading-[18px] text-ink-2 hover:border-ink aria-pressed:border-ink aria-pressed:bg-press aria-pressed:text-ink"
                    onClick={() => promote(`${node.id}.${p}`)}
                  >
                    {(text.params[p]?.title ?? p).toLowerCase()}
                  </button>
                ))}
              </fieldset>
            )}
          </section>
        );
      })}
    </div>
  );
}
