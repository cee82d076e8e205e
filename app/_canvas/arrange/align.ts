/** Lines nodes up, or spreads them evenly. Pure. */
import type { Layout } from "./arrange";
import type { Rect } from "./geometry";

export const ALIGNMENTS = [
  "alignLeft",
  "alignCentre",
  "alignRight",
  "alignTop",
  "alignMiddle",
  "alignBottom",
  "spreadAcross",
  "spreadDown",
] as const;
export type Alignment = (typeof ALIGNMENTS)[number];

type Rects = ReadonlyMap<string, Rect>;

export function align(how: Alignment, rects: Rects): Layout {
  const all = [...rects.values()];
  const left = Math.min(...all.map((r) => r.x));
  const top = Math.min(...all.map((r) => r.y));
  const right = Math.max(...all.map((r) => r.x + r.width));
  const bottom = Math.max(...all.map((r) => r.y + r.height));
  const place: Record<Exclude<Alignment, "spreadAcross" | "spreadDown">, (r: Rect) => [number, number]> = {
    alignLeft: (r) => [left, r.y],
    alignCentre: (r) => [(left + right - r.width) / 2, r.y],
    alignRight: (r) => [right - r.width, r.y],
    alignTop: (r) => [r.x, top],
    alignMiddle: (r) => [r.x, (top + bottom - r.height) / 2],
    alignBottom: (r) => [r.x, bottom - r.height],
  };
  if (how === "spreadAcross") return spread(rects, "x", "width");
  if (how === "spreadDown") return spread(rects, "y", "height");
  return Object.fromEntries([...rects].map(([id, r]) => [id, place[how](r)]));
}

/** Equal gaps between the first and the last. */
function spread(rects: Rects, axis: "x" | "y", extent: "width" | "height"): Layout {
  const sorted = [...rects].sort(([, a], [, b]) => a[axis] - b[axis]);
  const first = sorted[0]?.[1];
  const last = sorted.at(-1)?.[1];
  if (!first || !last) return {};
  const room = last[axis] + last[extent] - first[axis];
  const filled = sorted.reduce((sum, [, r]) => sum + r[extent], 0);
  const gap = (room - filled) / Math.max(1, sorted.length - 1);
  let at = first[axis];
  return Object.fromEntries(
    sorted.map(([id, r]): [string, [number, number]] => {
      const place: [number, number] = axis === "x" ? [at, r.y] : [r.x, at];
      at += r[extent] + gap;
      return [id, place];
    }),
  );
}
