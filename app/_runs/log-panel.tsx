"use client";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "../../ui/button";
import { Panel } from "../../ui/card";
import { cx } from "../../ui/cx";
import { Empty } from "../../ui/empty";
import { useFormat } from "../../ui/use-format";
import { useLogText } from "../_editor/words";
import { saveText } from "../_graphs/save-text";
import { type LogLine, useLog } from "./use-log";
import type { Run, RunNode } from "./use-run";

/** Lines kept in the page; the file that Save writes has all. */
const SHOWN = 400;

type LogProps = { run: Run; node: RunNode; title: string; mark: number };

/** Newest first, warnings marked. */
export function LogPanel({ run, node, title, mark }: LogProps) {
  const t = useTranslations("app.run");
  const text = useLogText();
  const lines = useLog(run.run, node.id, `${mark} ${node.status}`);
  const [onlyWarnings, setOnlyWarnings] = useState(false);
  const warnings = lines?.filter((line) => line.level !== "info") ?? [];
  const shown = (onlyWarnings ? warnings : (lines ?? [])).slice(-SHOWN).reverse();
  const save = () =>
    saveText(
      `run-${run.number}-${node.id}.log`,
      (lines ?? []).map((line) => `${line.at} ${line.level} ${text(line, node.kind)}`).join("\n"),
    );
  return (
    <Panel
      title={t("log")}
      hint={node.status === "RUNNING" ? t("logLive", { node: title }) : t("logOf", { node: title })}
      actions={
        lines?.length ? (
          <>
            {warnings.length > 0 && (
              <Button
                variant="ghost"
                size="sm"
                icon="filter"
                aria-pressed={onlyWarnings}
                className="aria-pressed:bg-press"
                onClick={() => setOnlyWarnings(!onlyWarnings)}
              >
                {t("warnings", { count: warnings.length })}
              </Button>
            )}
            <Button variant="ghost" size="sm" icon="dl" onClick={save}>
              {t("saveLog")}
            </Button>
          </>
        ) : undefined
      }
    >
      {shown.length ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        <section tabIndex={0} aria-label={t("log")} className="max-h-[332px] overflow-y-auto py-2">
          <ol className="font-mono text-11 leading-[1.7]">
            {shown.map((line) => (
              <Line key={`${line.attempt} ${line.seq}`} line={line} kind={node.kind} />
            ))}
          </ol>
        </section>
      ) : (
        <Empty title={t("noLog")}>{lines && t("noLogText", { node: title })}</Empty>
      )}
    </Panel>
  );
}

function Line({ line, kind }: { line: LogLine; kind: string }) {
  const t = useTranslations("app.run");
  const text = useLogText();
  const format = useFormat();
  const step = line.values?.step;
  const label =
    line.level === "warn"
      ? t("levelWarn")
      : line.level === "error"
        ? t("levelError")
        : step === undefined
          ? ""
          : t("step", { step });
  return (
    <li
      className={cx(
        "grid grid-cols-[66px_76px_minmax(0,1fr)] gap-x-1 px-3",
        line.level === "warn" && "bg-stale-soft",
        line.level === "error" && "bg-failed-soft",
      )}
    >
      <time dateTime={line.at} className={line.level === "info" ? "text-ink-3" : "text-ink-2"}>
        {format.clock(line.at)}
      </time>
      <b
        className={cx(
          "font-semibold",
          line.level === "warn" && "text-stale",
          line.level === "error" && "text-failed",
        )}
      >
        {label}
      </b>
      <span className="break-words whitespace-pre-wrap">{text(line, kind)}</span>
    </li>
  );
}
