"use client";
import { useTranslations } from "next-intl";
import { useDeferredValue, useState } from "react";
import type { Bound } from "@/graph/bound";
import { Select } from "@/ui/select";
import { useFormat } from "@/ui/use-format";
import { Skeleton } from "../empty";
import { type Beside, type Selection, usePreviewSource } from "./source";
import { ThresholdChart } from "./threshold-chart";
import type { Scale } from "./threshold-model";

export type ThresholdChoice = {
  param: string;
  /** Column of the scores. */
  score: string;
  keep: "least" | "most";
  step: number;
  range: Scale;
  title: string;
  value: number;
};

type ThresholdProps = {
  table: Beside;
  choices: readonly ThresholdChoice[];
  /** All bounds under the parameters as they are, with one of them changed. */
  boundsWith: (changed: Readonly<Record<string, number>>) => readonly Bound[];
  /** Rows that stay whatever the thresholds say. */
  putBack: readonly string[];
  /** Rows that the stored result kept. */
  stored: number | undefined;
  edit: ((param: string, value: number) => void) | undefined;
};

/** A threshold on stored scores: moving it says at once what would stay, and scores nothing again. */
export function Threshold({ table, choices, boundsWith, putBack, stored, edit }: ThresholdProps) {
  const t = useTranslations("app.preview.threshold");
  const format = useFormat();
  const source = usePreviewSource();
  const [param, setParam] = useState<string>();
  const [held, setHeld] = useState<number>();
  const now = boundsWith({});
  const before = source.useSelection(table, now, putBack).data;
  // The threshold that drops most is the one to look at, until a person chose or moved one.
  const most = [...choices].sort((a, b) => brokenBy(b, now, before) - brokenBy(a, now, before))[0]!;
  const choice = choices.find((one) => one.param === param) ?? most;
  const value = held ?? choice.value;
  const asked = useDeferredValue(value);
  const histogram = source.useHistogram(table, choice.score).data;
  const bounds = boundsWith({ [choice.param]: asked });
  const selection = source.useSelection(table, bounds, putBack).data;
  const beyond = selection ? brokenBy(choice, bounds, selection) : undefined;
  const known = histogram ? histogram.rows - histogram.missing : undefined;
  const shown = (rows: number) => ({ count: rows, shown: format.count(rows) });
  const text = choice.step < 1 ? format.metric(value) : format.count(value);
  if (histogram === null) return null;
  return (
    <section className="flex flex-col gap-1">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-11 text-ink-3">
        <Select
          label={t("score")}
          className="!h-6 !w-auto"
          value={choice.param}
          options={choices.map(({ param: v, title }) => ({ value: v, label: title }))}
          onChange={(next) => {
            setHeld(undefined);
            setParam(next);
          }}
        />
        <b className="font-semibold text-ink">
          {t(choice.keep === "least" ? "keepLeast" : "keepMost", { value: text })}
        </b>
        <span className="flex-1" />
        {beyond !== undefined && known !== undefined && (
          <span>
            {t("within", shown(known - beyond))}, {t("beyond", shown(beyond))}
          </span>
        )}
      </div>
      {histogram ? (
        <ThresholdChart
          histogram={histogram}
          value={value}
          keep={choice.keep}
          step={choice.step}
          range={choice.range}
          label={choice.title}
          valueText={t("label", { title: choice.title, value: text })}
          format={(at) => (choice.step < 1 ? format.metric(at) : format.count(Math.round(at)))}
          {...(edit
            ? {
                onMove: (next: number) => {
                  setParam(choice.param);
                  setHeld(next);
                },
                onDone: (next: number) => {
                  setParam(choice.param);
                  setHeld(undefined);
                  edit(choice.param, next);
                },
              }
            : {})}
        />
      ) : (
        <Skeleton className="h-28 w-full" />
      )}
      {selection && (
        <p className="text-11 text-ink-3" aria-live="polite">
          {t("all", { kept: format.count(selection.kept), rows: format.count(selection.rows) })}
          {stored !== undefined &&
            stored !== selection.kept &&
            ` ${t("was", { kept: format.count(stored) })}`}
          {histogram && histogram.missing > 0 && ` ${t("missing", shown(histogram.missing))}.`}
        </p>
      )}
    </section>
  );
}

/** Rows that one threshold alone drops: its place among the bounds is that of its score on the same side. */
function brokenBy(
  { score, keep }: ThresholdChoice,
  bounds: readonly Bound[],
  selection: Selection | null | undefined,
): number {
  return selection?.broken[bounds.findIndex((b) => b.column === score && b[keep] !== undefined)] ?? 0;
}
