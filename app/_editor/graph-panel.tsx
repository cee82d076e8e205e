"use client";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { useKeysText } from "@/app/_canvas/actions/use-bindings";
import type { PlanEntry } from "@/graph/plan";
import { Button } from "@/ui/button";
import { NoteBox } from "@/ui/card";
import { Kbd } from "@/ui/kbd";
import { StatusMark } from "@/ui/status";
import { useEditor, useModel, useStatus } from "./context";
import { useKindTexts } from "./kind-text";
import { nodesById } from "./lookup";
import { shareDone } from "./node-state";
import { isActive } from "./status-store";
import { useProblemText, useReasonText } from "./words";

/** As many steps as a person reads at a glance; the rest on request. */
const STEPS_AT_FIRST = 40;

/** While a run is under way the list stays as it was when it began: rows do not move up as nodes end. */
function useKept(will: PlanEntry[]): PlanEntry[] {
  const plan = useStatus((s) => s.plan);
  const run = useStatus((s) => (isActive(s.run) ? s.run?.run : undefined));
  const [kept, setKept] = useState<{ run: string; ids: string[] }>();
  if (!run) return will;
  if (kept?.run === run) return plan?.nodes.filter((n) => kept.ids.includes(n.id)) ?? [];
  setKept({ run, ids: will.map((n) => n.id) });
  return will;
}

/** The inspector of the whole graph: what must be settled before a run, then what will run and why. */
export function GraphPanel() {
  const { view } = useEditor();
  const t = useTranslations("app.editor.graph");
  const action = useTranslations("app.editor.action");
  const keys = useKeysText();
  const texts = useKindTexts();
  const problemText = useProblemText();
  const reason = useReasonText();
  const file = useModel((m) => m.file);
  const problems = useModel((m) => m.problems);
  const plan = useStatus((s) => s.plan);
  const states = useStatus((s) => s.nodes);
  const titleOf = (id: string | undefined) => {
    const node = nodesById(file.nodes).get(id ?? "");
    return node ? (node.title ?? texts(node.kind).title) : (id ?? "");
  };
  const kindOf = (id: string | undefined) => nodesById(file.nodes).get(id ?? "")?.kind;
  const open = (id: string) => view.setState({ selected: [id], tab: "settings" });
  const [all, setAll] = useState(false);
  const will = plan?.nodes.filter((n) => n.action === "run" || n.action === "depends") ?? [];
  const shown = useKept(will);
  return (
    <div className="scroll">
      <h2 className="text-15 font-semibold tracking-[-0.01em]">{file.name}</h2>
      <p className="-mt-2 text-11 text-ink-3">
        {t("size", { nodes: file.nodes.length, wires: file.wires.length })}
      </p>
      {problems.length > 0 && (
        <section aria-label={t("problems")} className="flex flex-col gap-1.5">
          <h3 className="font-semibold">{t("problems")}</h3>
          {problems.map((p) => (
            <button
              type="button"
              key={`${p.code} ${p.node} ${p.port} ${p.param}`}
              disabled={!p.node}
              className="text-left"
              onClick={() => p.node && open(p.node)}
            >
              <NoteBox
                tone={p.severity === "error" ? "failed" : "stale"}
                mark={<StatusMark status={p.severity === "error" ? "failed" : "stale"} />}
              >
                {p.node && <b className="font-semibold">{titleOf(p.node)}. </b>}
                {problemText(p, kindOf(p.node))}
              </NoteBox>
            </button>
          ))}
        </section>
      )}
      {problems.length === 0 && shown.length > 0 && (
        <section key={shown.map((n) => n.id).join()} aria-label={t("next")} className="flex flex-col">
          <h3 className="mb-1 font-semibold">{t("next")}</h3>
          {shown.slice(0, all ? undefined : STEPS_AT_FIRST).map((entry) => {
            const why = will.includes(entry) && entry.reasons[0] && reason(entry.reasons[0], entry, titleOf);
            return (
              <button
                type="button"
                key={entry.id}
                onClick={() => open(entry.id)}
                className="-mx-1.5 flex min-h-7 items-center gap-2 rounded-1 px-1.5 py-1 text-left hover:bg-hover"
              >
                <StatusMark
                  status={states[entry.id]?.look ?? "idle"}
                  share={shareDone(states[entry.id]?.progress)}
                />
                <span className="flex-none font-medium">{titleOf(entry.id)}</span>
                {/* Other words are another text: the old one does not move. */}
                <span key={why || ""} className="ml-auto min-w-0 truncate text-11 text-ink-3">
                  {why}
                </span>
              </button>
            );
          })}
          {!all && shown.length > STEPS_AT_FIRST && (
            <Button size="sm" variant="ghost" onClick={() => setAll(true)}>
              {t("all", { count: shown.length })}
            </Button>
          )}
        </section>
      )}
      <section className="mt-auto grid grid-cols-[1fr_auto] items-center gap-x-3 gap-y-1.5 pt-4 text-11 text-ink-3">
        {(["run", "add", "undo", "shortcuts", "tidy"] as const).map((name) => (
          <p key={name} className="contents">
            <span>{action(name)}</span>
            <Kbd>{keys(name)}</Kbd>
          </p>
        ))}
      </section>
    </div>
  );
}
