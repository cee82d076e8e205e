type HistogramProps = {
  counts: readonly number[];
  label: string;
  colour: string;
  width?: number;
  height?: number;
};

/** How many of each size, without axes: the words beside it say the ends. */
export function Histogram({ counts, label, colour, width = 110, height = 24 }: HistogramProps) {
  const most = Math.max(1, ...counts);
  const step = width / Math.max(1, counts.length);
  return (
    <svg
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={label}
      className="block flex-none"
    >
      {counts.map((count, k) => {
        const tall = (count / most) * (height - 1);
        return (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: bins never move
            key={k}
            x={k * step}
            y={height - 1 - tall}
            width={Math.max(1, step - 1)}
            height={tall}
            rx={Math.min(1, step / 3)}
            fill={colour}
          />
        );
      })}
      <path d={`M0 ${height - 0.5}H${width}`} stroke="var(--line-2)" />
    </svg>
  );
}
