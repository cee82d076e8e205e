/** Shapes of the canvas, in flow coordinates (px at 100 %). */
export type Point = { x: number; y: number };
export type Rect = Point & { width: number; height: number };
export type Side = "left" | "right" | "top" | "bottom";
export type End = Point & { side: Side };

export const area = ({ width, height }: Rect): number => width * height;

export const contains = (a: Rect, b: Rect): boolean =>
  a.x <= b.x && a.y <= b.y && a.x + a.width >= b.x + b.width && a.y + a.height >= b.y + b.height;

export const touches = (a: Rect, b: Rect): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

/** The smallest rectangle around both. */
export function hull(a: Rect, b: Rect): Rect {
  const [x, y] = [Math.min(a.x, b.x), Math.min(a.y, b.y)];
  return {
    x,
    y,
    width: Math.max(a.x + a.width, b.x + b.width) - x,
    height: Math.max(a.y + a.height, b.y + b.height) - y,
  };
}

export const out: Record<Side, Point> = {
  left: { x: -1, y: 0 },
  right: { x: 1, y: 0 },
  top: { x: 0, y: -1 },
  bottom: { x: 0, y: 1 },
};

/** Places of nodes and of points on wires are multiples of this. */
export const RASTER = 4;
const raster = (n: number) => Math.round(n / RASTER) * RASTER;
export const onRaster = ({ x, y }: Point): [number, number] => [raster(x), raster(y)];

export const horizontal = (side: Side) => side === "left" || side === "right";

/** An SVG path through the points with every corner rounded. */
export function roundedPath(points: readonly Point[], radius: number): string {
  const first = points[0];
  const last = points.at(-1);
  if (!first || !last) return "";
  let d = `M${first.x} ${first.y}`;
  for (let k = 1; k < points.length - 1; k++) {
    const [a, b, c] = [points[k - 1]!, points[k]!, points[k + 1]!];
    const before = Math.hypot(b.x - a.x, b.y - a.y);
    const after = Math.hypot(c.x - b.x, c.y - b.y);
    const r = Math.min(radius, before / 2, after / 2);
    if (r < 0.5) continue;
    const enter = { x: b.x + ((a.x - b.x) / before) * r, y: b.y + ((a.y - b.y) / before) * r };
    const leave = { x: b.x + ((c.x - b.x) / after) * r, y: b.y + ((c.y - b.y) / after) * r };
    d += ` L${enter.x} ${enter.y} Q${b.x} ${b.y} ${leave.x} ${leave.y}`;
  }
  return `${d} L${last.x} ${last.y}`;
}

/** Drops repeated points and points in the middle of a straight stretch. */
export function straighten(points: readonly Point[]): Point[] {
  const kept: Point[] = [];
  for (const p of points) {
    const [a, b] = [kept.at(-2), kept.at(-1)];
    if (b && b.x === p.x && b.y === p.y) continue;
    if (a && b && ((a.x === b.x && b.x === p.x) || (a.y === b.y && b.y === p.y))) kept.pop();
    kept.push(p);
  }
  return kept;
}

/** Where a wire's label reads best: on its longest level stretch, else on its longest upright one; beside a wire that is one upright line. */
export function labelSpot(points: readonly Point[]): Point & { beside: boolean } {
  let best = { x: points[0]?.x ?? 0, y: points[0]?.y ?? 0, score: -1 };
  for (let k = 1; k < points.length; k++) {
    const [a, b] = [points[k - 1]!, points[k]!];
    const length = Math.abs(b.x - a.x) + Math.abs(b.y - a.y);
    const level = a.y === b.y;
    const score = level ? (length >= 64 ? length * 2 : length / 4) : length;
    if (score > best.score) best = { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, score };
  }
  const [a, b] = points;
  return { x: best.x, y: best.y, beside: points.length === 2 && a!.x === b!.x };
}

/** Whether a node is drawn the same: its place does not matter, it is moved as a whole. */
export const sameNode = (
  a: { selected: boolean; height?: number },
  b: { selected: boolean; height?: number },
) => a.selected === b.selected && a.height === b.height;
