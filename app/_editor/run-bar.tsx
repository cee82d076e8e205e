"use client";
import Link from "next/link";
import { useNow, useTranslations } from "next-intl";
import type { NodeRunView, RunView } from "@/graph/run-view";
import { timeLeft } from "@/graph/time-left";
import { Button } from "@/ui/button";
import { Chip } from "@/ui/chips";
import { StatusMark, statusOfRun } from "@/ui/status";
import { useFormat } from "@/ui/use-format";
import { useUnit } from "@/ui/use-unit";
import { useEditor, useMayStop, useModel, useStatus } from "./context";
import { useKindTexts } from "./kind-text";
import { shareDone } from "./node-state";
import { isActive } from "./status-store";
import { useQueuePaused } from "./use-queue-paused";

/** What runs now and how far it is, then what the next run would do. Every part has a room of its own: nothing moves when the run does. */
export function RunBar() {
  const t = useTranslations("app.editor.runbar");
  const problems = useModel((m) => m.problems.filter((p) => p.severity === "error").length);
  const run = useStatus((s) => s.run);
  return (
    <section className="runbar" aria-label={t("label")}>
      {run ? <Now key={run.run} run={run} /> : <span className="now text-ink-3">{t("none")}</span>}
      <Next problems={problems} />
    </section>
  );
}

function Now({ run }: { run: RunView }) {
  const { actions, may } = useEditor();
  const mayStop = useMayStop();
  const t = useTranslations("app.editor.runbar");
  const format = useFormat();
  const unit = useUnit();
  const texts = useKindTexts();
  const active = isActive(run);
  const at = run.nodes.find((n) => n.status === "RUNNING");
  const paused = useQueuePaused(active && !at);
  const now = useNow({ updateInterval: active ? 1000 : 3_600_000 });
  const left = active && !paused ? timeLeft(run.nodes, now.getTime()) : undefined;
  const title = at && (at.title ?? texts(at.kind).title);
  const detail = !at
    ? undefined
    : at.progress?.total
      ? t("at", {
          title: title ?? "",
          unit: unit(at.progress.unit),
          done: format.count(at.progress.done),
          total: format.count(at.progress.total),
        })
      : title;
  return (
    <span className="now">
      <StatusMark status={statusOfRun(run.status)} share={at && shareDone(at.progress)} />
      <span className="min-w-0 flex-1 truncate">
        <Link href={`/runs/${run.run}`} className="font-semibold hover:underline">
          {t("run", { number: run.number })}
        </Link>{" "}
        {run.smoke && (
          <>
            <Chip tone="line">{t("smoke")}</Chip>{" "}
          </>
        )}
        <span className="text-ink-2">
          {active
            ? (detail ?? t(paused ? "paused" : "waiting"))
            : t(`ended.${run.status as "SUCCEEDED"}`, { time: format.seconds(run.seconds) })}
        </span>
      </span>
      <span className="plan" aria-hidden="true">
        {run.nodes.map((n) => (
          <Cell key={n.id} node={n} />
        ))}
      </span>
      <span className="hide-md w-[92px] flex-none truncate text-ink-2">
        {left !== undefined && left >= 1 && t("left", { time: format.seconds(left) })}
      </span>
      {run.smoke && !active && may("run.start") ? (
        <Button size="sm" icon="play" className="flex-none" onClick={() => actions.run({})}>
          {t("whole")}
        </Button>
      ) : (
        mayStop && (
          <Button
            size="sm"
            icon="stop"
            className={active ? "flex-none" : "invisible flex-none"}
            onClick={() => actions.cancel()}
          >
            {t("stop")}
          </Button>
        )
      )}
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

/** Another sentence is another element: parts of one line never push each other. */
function Next({ problems }: { problems: number }) {
  const t = useTranslations("app.editor.runbar");
  const format = useFormat();
  const plan = useStatus((s) => s.plan);
  const empty = useModel((m) => m.file.nodes.length === 0);
  const say = (words: string, tone: string) => (
    <span key={words} className={`next ${tone}`} title={words}>
      {words}
    </span>
  );
  if (empty) return say(t("nothing"), "text-ink-3");
  if (problems > 0) return say(t("problems", { count: problems }), "text-stale");
  if (!plan) return say(t("planning"), "text-ink-3");
  const { counts, total } = plan;
  const will = counts.run + counts.depends;
  // What is muted or frozen is not up to date: it is left as it is.
  if (will === 0)
    return counts.skip + counts.frozen + counts.bypass > 0
      ? say(t("noneWillRun", { cached: counts.cached, total: plan.nodes.length }), "text-ink-2")
      : say(t("allCached"), "text-ink-2");
  const head = t("willRun", { count: will, total: plan.nodes.length });
  const rest = [
    counts.cached > 0 ? t("cached", { count: counts.cached }) : "",
    format.about(total.seconds),
    total.memoryBytes > 0 ? format.bytes(total.memoryBytes) : "",
    total.wattHours >= 0.005 ? format.wattHours(total.wattHours) : "",
  ].filter(Boolean);
  const words = `${t("next")} ${head}, ${rest.join(", ")}`;
  return (
    <span key={words} className="next" title={words}>
      <span className="hide-md text-ink-3">{t("next")}&ensp;</span>
      <b className="font-semibold">{head}</b>, {rest.join(", ")}
    </span>
  );
}
