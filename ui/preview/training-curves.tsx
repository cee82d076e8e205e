"use client";
import { useTranslations } from "next-intl";
import { useMemo } from "react";
import { useFormat } from "@/ui/use-format";
import { CurveChart, type CurveLine } from "./curve-chart";
import { OverlayMenu, useOverlay } from "./overlay";
import type { PreviewProps } from "./props";
import { usePreviewSource } from "./source";

const OLIVE = "var(--t-report)";
const GREY = "var(--ink-3)";

/** Loss and held-out perplexity over steps; live while it trains, from the report afterwards. */
export function TrainingCurves(props: PreviewProps) {
  const t = useTranslations("app.preview.training");
  const format = useFormat();
  const source = usePreviewSource();
  const stored = source.useCurves(props.runId, props.nodeId, props.live);
  const report = source.usePreview(props.live ? undefined : props.outputs.report?.digest);
  const series = report.data?.show === "report" ? report.data.report.series : undefined;
  const curves = props.live ? props.curves : (series ?? stored ?? props.curves);
  const metrics = report.data?.show === "report" && !props.live ? report.data.report.metrics : props.metrics;
  const overlay = useOverlay(props.nodeId, props.runId);
  const loss = useMemo<CurveLine[]>(
    () => [
      { name: "loss", points: curves?.loss ?? [], colour: OLIVE },
      ...(curves?.validationLoss?.length
        ? [{ name: "validation", points: curves.validationLoss, colour: GREY, dots: true }]
        : []),
      ...overlay.lines("loss"),
    ],
    [curves, overlay.lines],
  );
  const perplexity = useMemo<CurveLine[]>(
    () => [
      { name: "perplexity", points: curves?.perplexity ?? [], colour: OLIVE, dots: true },
      ...overlay.lines("perplexity"),
    ],
    [curves, overlay.lines],
  );
  const held = (curves?.perplexity?.length ?? 0) > 1;
  if (!loss[0]?.points.length) return props.live ? <p className="text-11 text-ink-3">{t("soon")}</p> : null;
  const facts = [
    curves?.loss?.length ? t("steps", { count: curves.loss.at(-1)?.step ?? 0 }) : undefined,
    metrics.tokensPerSecond
      ? t("speed", { speed: format.count(Math.round(metrics.tokensPerSecond)) })
      : undefined,
    metrics.gradNorm ? t("gradNorm", { value: format.metric(metrics.gradNorm) }) : undefined,
    metrics.learningRate ? t("learningRate", { value: format.metric(metrics.learningRate) }) : undefined,
    metrics.peakMemoryBytes ? format.bytes(metrics.peakMemoryBytes) : undefined,
  ].filter(Boolean);
  return (
    <div>
      <div className={held && !props.narrow ? "grid grid-cols-[3fr_2fr] gap-6" : "grid gap-3"}>
        <CurveChart title={t("loss")} lines={loss} />
        {held && <CurveChart title={t("perplexity")} lines={perplexity} />}
      </div>
      <div className="mt-1 flex flex-wrap items-center gap-x-4 text-11 text-ink-3">
        {facts.map((fact) => (
          <span key={fact}>{fact}</span>
        ))}
        <span className="flex-1" />
        <OverlayMenu overlay={overlay} />
      </div>
    </div>
  );
}
