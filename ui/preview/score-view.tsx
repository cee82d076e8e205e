"use client";
import { useTranslations } from "next-intl";
import { useDeferredValue, useState } from "react";
import type { AnyNode } from "@/graph/define-node";
import { boundsOf, SCORES_FILE, type Scored } from "@/graph/scores";
import { Select } from "@/ui/select";
import { useFormat } from "@/ui/use-format";
import { Skeleton } from "../empty";
import type { PreviewProps } from "./props";
import { rowsPutBack } from "./put-back";
import { brokenBy, choicesOf } from "./score-choices";
import { usePreviewSource } from "./source";
import { ThresholdChart } from "./threshold-chart";

type ScoringKind = Pick<AnyNode, "params" | "scores" | "selector">;

/** How the scores of a kind spread, with its thresholds on them. Nothing where no scores are stored. */
export function ScoreView({ of, ...props }: PreviewProps & { of: ScoringKind }) {
  const { scores, selector } = of;
  const params = of.params.safeParse(props.params);
  const { ledger } = props.outputs;
  if (!scores || !selector || !ledger || !params.success || props.narrow) return null;
  return <Scores {...props} scored={{ scores, selector }} params={params.data} digest={ledger.digest} />;
}

type ScoresProps = PreviewProps & { scored: Scored; digest: string };

/** Moving a threshold says at once what would stay, and scores nothing again. */
function Scores({ kind, scored, params, outputs, digest, edit }: ScoresProps) {
  const t = useTranslations("app.preview.threshold");
  const words = useTranslations();
  const format = useFormat();
  const source = usePreviewSource();
  const [chosen, setChosen] = useState<string>();
  const [held, setHeld] = useState<number>();
  const table = { digest, file: SCORES_FILE };
  const putBack = rowsPutBack(params);
  const choices = choicesOf(scored, params);
  const now = boundsOf(scored, params);
  const before = source.useSelection(table, now, putBack).data;
  // The threshold that drops most is the one to look at, until a person chose or moved one.
  const most = [...choices].sort((a, b) => brokenBy(b, now, before) - brokenBy(a, now, before))[0]!;
  const choice = choices.find((one) => one.id === chosen) ?? most;
  const { threshold } = choice;
  const value = threshold && (held ?? threshold.value);
  const asked = useDeferredValue(value);
  const histogram = source.useHistogram(table, choice.score).data;
  const bounds = boundsOf(scored, threshold ? { ...params, [threshold.param]: asked } : params);
  const selection = source.useSelection(table, bounds, putBack).data;
  const beyond = threshold && selection ? brokenBy(choice, bounds, selection) : undefined;
  const known = histogram ? histogram.rows - histogram.missing : undefined;
  const stored = outputs.data?.facts.type === "dataset" ? outputs.data.facts.rows : undefined;
  const shown = (rows: number) => ({ count: rows, shown: format.count(rows) });
  const number = (at: number) => (choice.step < 1 ? format.metric(at) : format.count(Math.round(at)));
  const titleOf = ({ score, threshold }: (typeof choices)[number]) =>
    words(
      (threshold
        ? `nodes.${kind}.params.${threshold.param}.title`
        : `nodes.${kind}.scores.${score}`) as never,
    );
  const title = titleOf(choice);
  const move = (next: number, done: boolean) => {
    setChosen(choice.id);
    setHeld(done ? undefined : next);
    if (done && threshold) edit?.(threshold.param, next);
  };
  if (histogram === null) return null;
  return (
    <section className="flex flex-col gap-1">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-11 text-ink-3">
        {choices.length > 1 ? (
          <Select
            label={t("score")}
            className="!h-6 !w-auto"
            value={choice.id}
            options={choices.map((one) => ({ value: one.id, label: titleOf(one) }))}
            onChange={(next) => {
              setHeld(undefined);
              setChosen(next);
            }}
          />
        ) : (
          <h5 className="font-medium text-ink-2">{title}</h5>
        )}
        {threshold && value !== undefined && (
          <b className="font-semibold text-ink">
            {t(threshold.keep === "least" ? "keepLeast" : "keepMost", { value: number(value) })}
          </b>
        )}
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
          threshold={
            threshold && value !== undefined
              ? { value, keep: threshold.keep, text: t("label", { title, value: number(value) }) }
              : undefined
          }
          step={choice.step}
          range={choice.range}
          label={title}
          format={number}
          {...(edit && threshold
            ? { onMove: (next: number) => move(next, false), onDone: (next: number) => move(next, true) }
            : {})}
        />
      ) : (
        <Skeleton className="h-28 w-full" />
      )}
      {selection && scored.selector.by === "bounds" && (
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
