/** A curve as plain SVG: no script draws it. */
import type { Point } from "./export-doc";

const [WIDTH, HEIGHT, LEFT, BOTTOM] = [640, 160, 48, 18];

export function StaticCurve({ lines, title }: { lines: { name: string; points: Point[] }[]; title: string }) {
  const all = lines.flatMap(({ points }) => points).filter(({ value }) => Number.isFinite(value));
  if (!all.length) return null;
  const [steps, values] = [all.map(({ step }) => step), all.map(({ value }) => value)];
  const [x0, x1] = [Math.min(...steps), Math.max(...steps)];
  const [y0, y1] = [Math.min(...values), Math.max(...values)];
  const x = (step: number) => LEFT + ((step - x0) / (x1 - x0 || 1)) * (WIDTH - LEFT - 8);
  const y = (value: number) => 8 + (1 - (value - y0) / (y1 - y0 || 1)) * (HEIGHT - BOTTOM - 12);
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={title}>
      <path d={`M${LEFT} 4V${HEIGHT - BOTTOM}H${WIDTH - 8}`} className="axis" />
      <text x={LEFT - 6} y={y(y1) + 4} textAnchor="end">
        {y1.toPrecision(3)}
      </text>
      <text x={LEFT - 6} y={y(y0)} textAnchor="end">
        {y0.toPrecision(3)}
      </text>
      <text x={LEFT} y={HEIGHT - 4}>
        {x0}
      </text>
      <text x={WIDTH - 8} y={HEIGHT - 4} textAnchor="end">
        {x1}
      </text>
      {lines.map(({ name, points }) => (
        <polyline
          key={name}
          points={points.map((p) => `${round(x(p.step))},${round(y(p.value))}`).join(" ")}
        />
      ))}
    </svg>
  );
}

const round = (n: number) => Math.round(n * 10) / 10;
