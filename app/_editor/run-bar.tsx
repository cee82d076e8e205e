"use client";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { Button } from "@/app/_ui/button";
import { StatusMark, statusOfRun } from "@/app/_ui/status";
import { useFormat } from "@/app/_ui/use-format";
import type { NodeRunView } from "@/graph/run-view";
import { useEditor, useModel, useStatus } from "./context";
import { useKindTexts } from "./kind-text";
import { shareDone } from "./node-state";
import { isActive } from "./status-store";

/** What runs now and how far it is, then what the next run would do. */
export function RunBar() {
  const t = useTranslations("app.editor.runbar");
  const problems = useModel((m) => m.problems.filter((p) => p.severity === "error").length);
  return (
    <section className="runbar" aria-label={t("label")}>
      <Now />
      <Next problems={problems} />
    </section>
  );
}

function Now() {
  const { actions, readOnly } = useEditor();
  const t = useTranslations("app.editor.runbar");
  const format = useFormat();
  const texts = useKindTexts();
  const run = useStatus((s) => s.run);
  if (!run) return <span className="now" />;
  const active = isActive(run);
  const at = run.nodes.find((n) => n.status === "RUNNING");
  const left = at?.progress?.secondsLeft;
  const title = at && (at.title ?? texts(at.kind).title);
  const detail = !at
    ? undefined
    : at.progress?.total
      ? t("at", {
          title: title ?? "",
          unit: at.progress.unit,
          done: format.count(at.progress.done),
          total: format.count(at.progress.total),
        })
      : title;
  // Every part keeps its room: nothing moves when the run does.
  return (
    <span className="now">
      <StatusMark status={statusOfRun(run.status)} share={at && shareDone(at.progress)} />
      <span className="min-w-0 flex-1 truncate">
        <Link href={`/runs/${run.run}`} className="font-semibold hover:underline">
          {t("run", { number: run.number })}
        </Link>{" "}
        <span className="text-ink-2">
          {active
            ? (detail ?? t("waiting"))
            : t(`ended.${run.status as "SUCCEEDED"}`, { time: format.seconds(run.seconds) })}
        </span>
      </span>
      <span className="plan" aria-hidden="true">
        {run.nodes.map((n) => (
          <Cell key={n.id} node={n} />
        ))}
      </span>
      <span className="hide-md w-[92px] flex-none truncate text-ink-2">
        {active && left !== undefined && t("left", { time: format.seconds(left) })}
      </span>
      {!readOnly && (
        <Button
          size="sm"
          icon="stop"
          className={active ? "flex-none" : "invisible flex-none"}
          onClick={() => actions.cancel()}
        >
          {t("stop")}
        </Button>
      )}
      <span className="sep" />
    </span>
  );
}

const CELL: Record<NodeRunView["status"], string> = {
  PENDING: "queued",
  READY: "queued",
  RUNNING: "running",
  WAITING: "queued",
  SUCCEEDED: "done",
  CACHED: "cached",
  FAILED: "failed",
  SKIPPED: "skipped",
  CANCELLED: "skipped",
};

function Cell({ node }: { node: NodeRunView }) {
  const share = shareDone(node.progress);
  return (
    <i data-cell={CELL[node.status]}>
      {node.status === "RUNNING" && <b style={{ width: `${(share ?? 0.08) * 100}%` }} />}
    </i>
  );
}

function Next({ problems }: { problems: number }) {
  const t = useTranslations("app.editor.runbar");
  const format = useFormat();
  const plan = useStatus((s) => s.plan);
  const empty = useModel((m) => m.file.nodes.length === 0);
  if (empty) return <span className="text-ink-3">{t("nothing")}</span>;
  if (problems > 0) return <span className="text-stale">{t("problems", { count: problems })}</span>;
  if (!plan) return <span className="text-ink-3">{t("planning")}</span>;
  const { counts, total } = plan;
  const will = counts.run + counts.depends;
  const costs = [
    total.memoryBytes > 0 ? format.bytes(total.memoryBytes) : "",
    total.wattHours > 0 ? format.wattHours(total.wattHours) : "",
  ].filter(Boolean);
  return (
    <>
      <span className="min-w-0 truncate">
        <span className="hide-md text-ink-3">{t("next")}&ensp;</span>
        {will === 0 ? (
          t("allCached")
        ) : (
          <>
            <b className="font-semibold">{t("willRun", { count: will, total: plan.nodes.length })}</b>
            {counts.cached > 0 && `, ${t("cached", { count: counts.cached })}`}, {format.about(total.seconds)}
          </>
        )}
      </span>
      {will > 0 && <span className="hide-md text-ink-3">{costs.join(" · ")}</span>}
    </>
  );
}
