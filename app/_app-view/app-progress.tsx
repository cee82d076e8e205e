"use client";
import { useTranslations } from "next-intl";
import { useKindTexts } from "@/app/_editor/kind-text";
import { shareDone } from "@/app/_editor/node-state";
import { useFailureText } from "@/app/_editor/words";
import { isOver, type Run } from "@/app/_runs/use-run";
import { Button } from "@/ui/button";
import { NoteBox } from "@/ui/card";
import { StatusMark, statusOfRun } from "@/ui/status";
import { useFormat } from "@/ui/use-format";
import { useUnit } from "@/ui/use-unit";
import type { AppRun } from "./app-run";

type AppProgressProps = { run: Run; progress: AppRun["progress"]; onStop: () => void };

const DONE = new Set(["SUCCEEDED", "CACHED", "SKIPPED"]);

/** How far the run is, in one line and one bar, and the one thing that went wrong. */
export function AppProgress({ run, progress: progressOf, onStop }: AppProgressProps) {
  const t = useTranslations("app.editor.app");
  const bar = useTranslations("app.editor.runbar");
  const format = useFormat();
  const unit = useUnit();
  const texts = useKindTexts();
  const failureText = useFailureText();
  const done = run.nodes.filter((node) => DONE.has(node.status)).length;
  const at = run.nodes.find((node) => node.status === "RUNNING");
  const progress = at && (progressOf[at.id] ?? at.progress);
  const share = shareDone(progress ?? undefined);
  const failed = run.nodes.find((node) => node.status === "FAILED");
  const titleOf = (node: { kind: string; title?: string }) => node.title ?? texts(node.kind).title;
  const whole = (done + (share ?? 0)) / Math.max(1, run.nodes.length);
  return (
    <section className="app-progress" aria-live="polite">
      <p className="flex items-center gap-2">
        <StatusMark status={statusOfRun(run.status)} share={whole} />
        <span className="min-w-0 flex-1">
          {isOver(run)
            ? bar(`ended.${run.status as "SUCCEEDED"}`, { time: format.seconds(run.seconds) })
            : t("done", { done, total: run.nodes.length })}
        </span>
        {!isOver(run) && (
          <Button size="sm" icon="stop" onClick={onStop}>
            {t("stop")}
          </Button>
        )}
      </p>
      {!isOver(run) && (
        <>
          <div
            className="app-bar"
            role="progressbar"
            aria-label={t("running")}
            aria-valuenow={Math.round(whole * 100)}
            aria-valuemin={0}
            aria-valuemax={100}
          >
            <i style={{ width: `${whole * 100}%` }} />
          </div>
          {at && (
            <p className="text-11 text-ink-3">
              {progress?.total
                ? t("at", {
                    title: titleOf(at),
                    done: format.count(progress.done),
                    total: format.count(progress.total),
                    unit: unit(progress.unit),
                  })
                : titleOf(at)}
            </p>
          )}
        </>
      )}
      {failed?.failure && (
        <NoteBox tone="failed" mark={<StatusMark status="failed" />}>
          {t("failed", { title: titleOf(failed), reason: failureText(failed.failure, failed.kind) })}
        </NoteBox>
      )}
    </section>
  );
}
