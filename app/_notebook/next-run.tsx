"use client";
import { useTranslations } from "next-intl";
import { useEditor, useModel, useStatus } from "@/app/_editor/context";
import { useKindTexts } from "@/app/_editor/kind-text";
import { shareDone } from "@/app/_editor/node-state";
import { Button } from "@/ui/button";
import { StatusMark } from "@/ui/status";
import { useFormat } from "@/ui/use-format";
import { ExportPanel } from "./export/export-panel";

/** The right margin: what the next run does, and what here is old. */
export function NextRun() {
  const { view } = useEditor();
  const t = useTranslations("app.editor.notebook");
  const bar = useTranslations("app.editor.runbar");
  const format = useFormat();
  const texts = useKindTexts();
  const plan = useStatus((s) => s.plan);
  const states = useStatus((s) => s.nodes);
  const nodes = useModel((m) => m.file.nodes);
  const problems = useModel((m) => m.problems.filter((p) => p.severity === "error").length);
  const titleOf = (id: string) => {
    const node = nodes.find((n) => n.id === id);
    return node ? (node.title ?? texts(node.kind).title) : id;
  };
  const will = plan?.nodes.filter((n) => n.action === "run" || n.action === "depends") ?? [];
  const stale = nodes.filter((n) => states[n.id]?.look === "stale");
  const go = (id: string) => {
    view.setState({ selected: [id] });
    document.getElementById(`cell-${id}`)?.scrollIntoView({ block: "start", behavior: "smooth" });
  };
  return (
    <aside className="nb-side" aria-label={t("side")}>
      <section>
        <h3>{t("next")}</h3>
        {problems > 0 ? (
          <p className="text-stale">{bar("problems", { count: problems })}</p>
        ) : !plan ? (
          <p className="text-ink-3">{bar("planning")}</p>
        ) : will.length === 0 ? (
          <p className="text-ink-2">{bar("allCached")}</p>
        ) : (
          <>
            <p className="mb-1.5 text-ink-2">
              {bar("willRun", { count: will.length, total: plan.nodes.length })}
              {plan.counts.cached > 0 && `, ${bar("cached", { count: plan.counts.cached })}`},{" "}
              {format.about(plan.total.seconds)}
            </p>
            <ul>
              {will.map((entry) => (
                <li key={entry.id}>
                  <button
                    type="button"
                    className="flex min-h-6 w-full items-center gap-2 text-left hover:underline"
                    onClick={() => go(entry.id)}
                  >
                    <StatusMark
                      status={states[entry.id]?.look ?? "idle"}
                      share={shareDone(states[entry.id]?.progress)}
                    />
                    <span className="min-w-0 flex-1 truncate">{titleOf(entry.id)}</span>
                    <span className="text-11 text-ink-3">{format.about(entry.estimate.seconds)}</span>
                  </button>
                </li>
              ))}
            </ul>
            {plan.total.memoryBytes > 0 && (
              <p className="mt-1.5 text-11 text-ink-3">
                {[
                  format.bytes(plan.total.memoryBytes),
                  plan.total.wattHours > 0.005 ? format.wattHours(plan.total.wattHours) : "",
                ]
                  .filter(Boolean)
                  .join(", ")}
              </p>
            )}
          </>
        )}
      </section>
      {stale.length > 0 && (
        <section>
          <h3>
            <StatusMark status="stale" />
            {t("staleHere")}
          </h3>
          <p className="mb-2 text-ink-2">
            {t("staleText", { nodes: stale.map((n) => titleOf(n.id)).join(", "), count: stale.length })}
          </p>
          <Button size="sm" onClick={() => go(stale[0]!.id)}>
            {t("firstStale")}
          </Button>
        </section>
      )}
      <ExportPanel />
    </aside>
  );
}
