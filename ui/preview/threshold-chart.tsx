"use client";
import { type PointerEvent, useRef } from "react";
import type { Histogram } from "./source";
import { type Scale, scaleOf, shareOf, valueAt, valueByKey } from "./threshold-model";

const HEIGHT = 96;

export type ThresholdChartProps = {
  histogram: Histogram;
  /** The line; absent where the score is only looked at. */
  threshold?: { value: number; keep: "least" | "most"; text: string } | undefined;
  step: number;
  /** The parameter's own range. */
  range: Scale;
  /** Names the picture and the handle. */
  label: string;
  /** While the hand moves; `done` when it lets go. Absent while only reading. */
  onMove?: (value: number) => void;
  onDone?: (value: number) => void;
  format: (value: number) => string;
};

/** Bars of a score with a line that a hand or the arrow keys move; what the line drops is drawn pale. */
export function ThresholdChart(props: ThresholdChartProps) {
  const { histogram, threshold, step, range, label, onMove, onDone, format } = props;
  const box = useRef<HTMLDivElement>(null);
  const held = useRef(false);
  const scale = scaleOf(histogram, threshold?.value);
  const at = threshold ? shareOf(threshold.value, scale) : 0;
  const most = Math.max(1, ...histogram.bins.map((bin) => bin.count));
  const clamp = (next: number) => Math.min(range.to, Math.max(range.from, next));
  const under = (event: PointerEvent) => {
    const { left, width } = box.current!.getBoundingClientRect();
    return clamp(valueAt((event.clientX - left) / width, scale, step));
  };
  const kept = threshold?.keep === "most" ? { x: 0, width: at } : { x: at, width: 1 - at };
  return (
    <div
      ref={box}
      className="threshold"
      style={{ height: HEIGHT + 18 }}
      onPointerDown={(event) => {
        if (!onMove || event.button !== 0) return;
        held.current = true;
        event.currentTarget.setPointerCapture(event.pointerId);
        onMove(under(event));
      }}
      onPointerMove={(event) => held.current && onMove?.(under(event))}
      onPointerUp={(event) => {
        if (!held.current) return;
        held.current = false;
        onDone?.(under(event));
      }}
      onPointerCancel={() => {
        held.current = false;
      }}
    >
      <svg
        viewBox={`0 0 1000 ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={label}
        className="absolute inset-x-0 top-0 w-full"
        style={{ height: HEIGHT }}
      >
        <defs>
          <clipPath id={`kept-${label.replace(/\W/g, "")}`}>
            <rect x={kept.x * 1000} y={0} width={kept.width * 1000} height={HEIGHT} />
          </clipPath>
        </defs>
        <Bars bins={histogram.bins} scale={scale} most={most} fill="var(--line-2)" />
        <g clipPath={`url(#kept-${label.replace(/\W/g, "")})`}>
          <Bars bins={histogram.bins} scale={scale} most={most} fill="var(--t-dataset)" />
        </g>
        <path d={`M0 ${HEIGHT - 0.5}H1000`} stroke="var(--line-3)" vectorEffect="non-scaling-stroke" />
      </svg>
      <Ticks histogram={histogram} scale={scale} format={format} />
      {threshold && (
        <span
          role="slider"
          tabIndex={onMove ? 0 : -1}
          aria-label={label}
          aria-valuenow={threshold.value}
          aria-valuemin={range.from}
          aria-valuemax={range.to}
          aria-valuetext={threshold.text}
          aria-disabled={onMove ? undefined : true}
          className="threshold-line"
          style={{ left: `${at * 100}%`, height: HEIGHT }}
          onKeyDown={(event) => {
            const next = onDone && valueByKey(event.key, threshold.value, step, range);
            if (next === undefined) return;
            event.preventDefault();
            onDone?.(next);
          }}
        />
      )}
    </div>
  );
}

type BarsProps = { bins: Histogram["bins"]; scale: Scale; most: number; fill: string };

function Bars({ bins, scale, most, fill }: BarsProps) {
  return (
    <g fill={fill}>
      {bins.map(({ from, to, count }) => {
        const left = shareOf(from, scale) * 1000;
        // One value alone is a bar too.
        const wide = Math.max(6, (shareOf(to, scale) - shareOf(from, scale)) * 1000 - 2);
        const tall = count === 0 ? 0 : Math.max(2, (count / most) * (HEIGHT - 4));
        return <rect key={from} x={left} y={HEIGHT - tall} width={wide} height={tall} />;
      })}
    </g>
  );
}

const TICKS = 4;

function Ticks({
  histogram,
  scale,
  format,
}: {
  histogram: Histogram;
  scale: Scale;
  format: (value: number) => string;
}) {
  const [low, high] = [histogram.min ?? 0, histogram.max ?? 1];
  const values = [...new Set(Array.from({ length: TICKS + 1 }, (_, k) => low + ((high - low) * k) / TICKS))];
  return (
    <div className="absolute inset-x-0 bottom-0 h-4 text-10 text-ink-3" aria-hidden="true">
      {values.map((value) => (
        <span
          key={value}
          className="absolute -translate-x-1/2"
          style={{ left: `${shareOf(value, scale) * 100}%` }}
        >
          {format(value)}
        </span>
      ))}
    </div>
  );
}
