"use client";
import "uplot/dist/uPlot.min.css";
import { useLocale, useTranslations } from "next-intl";
import { useEffect, useRef, useState } from "react";
import type uPlot from "uplot";
import { Button } from "@/ui/button";
import { formatMetric } from "@/ui/format";

export type CurveLine = {
  name: string;
  points: readonly { step: number; value: number }[];
  colour: string;
  dashed?: boolean;
  dots?: boolean;
};

type CurveChartProps = { title: string; lines: readonly CurveLine[]; height?: number; log?: boolean };

/** Steps of all lines side by side, as uPlot wants them. */
export function align(lines: readonly CurveLine[]): (number | null)[][] {
  const steps = [...new Set(lines.flatMap((l) => l.points.map((p) => p.step)))].sort((a, b) => a - b);
  const columns = lines.map((line) => {
    const at = new Map(line.points.map((p) => [p.step, p.value]));
    return steps.map((s) => at.get(s) ?? null);
  });
  return [steps, ...columns];
}

/** A curve over steps. Drawn again when the theme changes; the last value stands beside the title. */
export function CurveChart({ title, lines, height = 132, log }: CurveChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const t = useTranslations("app.preview.training");
  const [zoomed, setZoomed] = useState(false);
  const chart = useRef<uPlot>(null);
  const locale = useLocale();
  const shape = lines.map((l) => `${l.name} ${l.colour} ${l.dashed} ${l.dots}`).join("|");
  const data = useRef<(number | null)[][]>([]);
  data.current = align(lines);
  const drawn = useRef(lines);
  drawn.current = lines;

  // biome-ignore lint/correctness/useExhaustiveDependencies: the chart is made anew only when its lines change in kind
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    let gone = false;
    let theme: MutationObserver | undefined;
    let size: ResizeObserver | undefined;
    void import("uplot").then(({ default: UPlot }) => {
      if (gone) return;
      const make = () => {
        chart.current?.destroy();
        chart.current = new UPlot(
          options(element, drawn.current, { height, locale, log, onZoom: setZoomed }),
          data.current as uPlot.AlignedData,
          element,
        );
      };
      make();
      theme = new MutationObserver(make);
      theme.observe(document.documentElement, { attributeFilter: ["data-theme"] });
      size = new ResizeObserver(() => chart.current?.setSize({ width: element.clientWidth, height }));
      size.observe(element);
    });
    return () => {
      gone = true;
      theme?.disconnect();
      size?.disconnect();
      chart.current?.destroy();
      chart.current = null;
    };
  }, [shape, height, locale, log]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: new points are handed to the chart that stands
  useEffect(() => chart.current?.setData(data.current as uPlot.AlignedData, !zoomed), [lines]);
  const whole = () => {
    setZoomed(false);
    chart.current?.setData(data.current as uPlot.AlignedData, true);
  };

  const last = lines[0]?.points.at(-1);
  return (
    <figure className="min-w-0">
      <figcaption className="flex items-baseline gap-2 text-11 font-medium text-ink-2">
        {title}
        {zoomed && (
          <Button size="sm" variant="ghost" className="!h-5" onClick={whole}>
            {t("whole")}
          </Button>
        )}
        {last && <b className="ml-auto font-semibold text-ink">{formatMetric(last.value, locale)}</b>}
      </figcaption>
      <div
        ref={box}
        style={{ height }}
        className="curve-chart"
        role="img"
        aria-label={title}
        title={t("zoom")}
        data-zoomed={zoomed || undefined}
      />
    </figure>
  );
}

/** Steps are counted, so the axis never shows half of one. */
const WHOLE_STEPS = [1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 5000, 10_000, 50_000, 100_000];

type Drawing = {
  height: number;
  locale: string;
  log: boolean | undefined;
  /** A drag across the curve shows only that part. */
  onZoom: (zoomed: boolean) => void;
};

function options(
  element: HTMLElement,
  lines: readonly CurveLine[],
  { height, locale, log, onZoom }: Drawing,
): uPlot.Options {
  const css = getComputedStyle(element);
  const token = (name: string) => css.getPropertyValue(name).trim();
  const colour = (value: string) => value.replace(/var\((--[\w-]+)\)/, (_, name: string) => token(name));
  const font = `10.5px ${css.fontFamily}`;
  const axis = {
    stroke: token("--ink-3"),
    font,
    ticks: { show: false },
    grid: { stroke: token("--line-1"), width: 1 },
  };
  return {
    width: element.clientWidth || 300,
    height,
    padding: [8, 8, 0, 0],
    legend: { show: false },
    cursor: { y: false, points: { size: 6 }, drag: { x: true, y: false } },
    hooks: { setSelect: [(plot) => onZoom(plot.select.width > 0)] },
    scales: { x: { time: false }, y: log ? { distr: 3 } : {} },
    axes: [
      { ...axis, size: 22, space: 60, grid: { show: false }, incrs: WHOLE_STEPS },
      {
        ...axis,
        size: 44,
        space: 30,
        values: (_, values) => values.map((v) => (v === null ? "" : formatMetric(v, locale))),
      },
    ],
    series: [
      {},
      ...lines.map((line) => ({
        label: line.name,
        stroke: colour(line.colour),
        width: 1.75,
        spanGaps: true,
        points: { show: line.dots ?? false, size: 6, fill: token("--paper-raised") },
        ...(line.dashed ? { dash: [3, 3] } : {}),
      })),
    ],
  };
}
