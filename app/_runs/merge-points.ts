export type Series = Record<string, { step: number; value: number }[]>;
export type Point = { name: string; step: number; value: number };

/** New points at their places; a step that comes again replaces its old value. */
export function mergePoints(known: Series, points: readonly Point[]): Series {
  const merged: Series = { ...known };
  for (const name of new Set(points.map((point) => point.name))) {
    const bySteps = new Map((known[name] ?? []).map((point) => [point.step, point]));
    for (const { name: of, step, value } of points) if (of === name) bySteps.set(step, { step, value });
    merged[name] = [...bySteps.values()].sort((a, b) => a.step - b.step);
  }
  return merged;
}
