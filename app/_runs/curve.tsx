"use client";
import "uplot/dist/uPlot.min.css";
import { useEffect, useRef } from "react";
import uPlot from "uplot";

export type CurveSeries = {
  label: string;
  points: readonly { step: number; value: number }[];
  dashed?: boolean;
};
type CurveProps = {
  label: string;
  series: readonly CurveSeries[];
  height?: number;
  /** A CSS colour of the first series; the others are quiet. */
  colour?: string;
  /** All ticks of an axis at once, so that they get the same digits. */
  format: (ticks: readonly number[]) => string[];
};

/** Lines over steps. Redrawn with the theme; the numbers also stand in the text beside it. */
export function Curve({ label, series, height = 132, colour = "--t-report", format }: CurveProps) {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = host.current;
    if (!element) return;
    let plot = draw();
    const redraw = () => {
      plot.destroy();
      plot = draw();
    };
    const resize = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height }));
    const theme = new MutationObserver(redraw);
    resize.observe(element);
    theme.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    return () => {
      resize.disconnect();
      theme.disconnect();
      plot.destroy();
    };

    function draw(): uPlot {
      return new uPlot(optionsFor(element!, { series, height, colour, format }), table(series), element!);
    }
  }, [series, height, colour, format]);
  return <div ref={host} role="img" aria-label={label} className="w-full" style={{ height }} />;
}

/** One column of steps, one of values a series, holes where a series has no such step. */
function table(series: readonly CurveSeries[]): uPlot.AlignedData {
  return uPlot.join(
    series.map(({ points }) => [points.map((p) => p.step), points.map((p) => p.value)] as uPlot.AlignedData),
  );
}

function optionsFor(
  element: HTMLElement,
  { series, height, colour, format }: Required<Pick<CurveProps, "series" | "height" | "colour" | "format">>,
): uPlot.Options {
  const style = getComputedStyle(element);
  const css = (name: string) => style.getPropertyValue(name).trim();
  const axis: uPlot.Axis = {
    stroke: css("--ink-3"),
    font: `10.5px ${style.fontFamily}`,
    ticks: { show: false },
    gap: 4,
  };
  return {
    width: element.clientWidth || 260,
    height,
    padding: [8, 10, 0, 0],
    legend: { show: false },
    cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
    scales: { x: { time: false } },
    axes: [
      {
        ...axis,
        size: 22,
        grid: { show: false },
        border: { show: true, stroke: css("--line-2"), width: 1 },
        space: 56,
      },
      {
        ...axis,
        size: 38,
        grid: { stroke: css("--line-1"), width: 1 },
        space: 26,
        values: (_, ticks) => format(ticks),
      },
    ],
    series: [
      {},
      ...series.map(
        ({ label, dashed }, i): uPlot.Series => ({
          label,
          stroke: i === 0 ? css(colour) : css("--line-3"),
          width: dashed ? 1.5 : 1.75,
          spanGaps: true,
          points: { show: false },
          ...(dashed ? { dash: [4, 3] } : {}),
        }),
      ),
    ],
    hooks: { draw: [(plot) => endDot(plot, css(colour))] },
  };
}

/** Marks where the first series stands now. */
function endDot(plot: uPlot, colour: string): void {
  const steps = plot.data[0];
  const values = plot.data[1];
  if (!values) return;
  const last = values.findLastIndex((value) => value != null);
  if (last < 0) return;
  const x = plot.valToPos(steps[last]!, "x", true);
  const y = plot.valToPos(values[last]!, "y", true);
  plot.ctx.beginPath();
  plot.ctx.arc(x, y, 3 * devicePixelRatio, 0, 2 * Math.PI);
  plot.ctx.fillStyle = colour;
  plot.ctx.fill();
}
