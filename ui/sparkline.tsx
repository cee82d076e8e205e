type SparklineProps = {
  values: readonly number[];
  width?: number;
  height?: number;
  /** Any CSS colour; report's olive unless told. */
  colour?: string;
  /** Marks the last point. */
  dot?: boolean;
  className?: string;
};

/** A curve without axes; a flat rule where there is nothing to draw. Decorative: the number beside it says it. */
export function Sparkline({
  values,
  width = 66,
  height = 18,
  colour = "var(--t-report)",
  dot = true,
  className,
}: SparklineProps) {
  const points = sparkPoints(values, width, height);
  const last = points.at(-1);
  return (
    <svg
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      fill="none"
      aria-hidden="true"
      className={`block flex-none ${className ?? ""}`}
    >
      {points.length > 1 && last ? (
        <>
          <polyline
            points={points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ")}
            stroke={colour}
            strokeWidth="1.5"
            strokeLinejoin="round"
            strokeLinecap="round"
          />
          {dot && <circle cx={last[0]} cy={last[1]} r="2" fill={colour} />}
        </>
      ) : (
        <path d={`M0 ${height / 2}H${width}`} stroke="var(--line-1)" />
      )}
    </svg>
  );
}

/** Points within the box, two pixels inside its edges; steps that are not finite are left out. */
export function sparkPoints(values: readonly number[], width: number, height: number): [number, number][] {
  const finite = values.filter(Number.isFinite);
  if (finite.length < 2) return [];
  const low = Math.min(...finite);
  const span = Math.max(...finite) - low || 1;
  return finite.map((value, i) => [
    2 + (i / (finite.length - 1)) * (width - 4),
    height - 2 - ((value - low) / span) * (height - 4),
  ]);
}
