/** Folds what the live stream brings into the run and its curves: progress and metric points. Pure. */
import { byName } from "@/graph/by-name";
import type { Progress, RunView } from "@/graph/run-view";
import type { Curves, Point } from "./status-store";

export type LiveNews = {
  nodes: Record<
    string,
    { progress: Progress | null; points: { name: string; step: number; value: number }[] }
  >;
};

/** More points than a curve of this width can show are thinned, the newest kept whole. */
const MOST_POINTS = 2000;

export function foldProgress(run: RunView, news: LiveNews): RunView {
  return {
    ...run,
    nodes: run.nodes.map((node) => {
      const progress = news.nodes[node.id]?.progress;
      return progress && node.status === "RUNNING" ? { ...node, progress } : node;
    }),
  };
}

/** A step may come twice: the later value stands. */
export function foldCurves(curves: Curves, news: LiveNews): Curves {
  const next = byName(Object.entries<Record<string, readonly Point[]>>(curves));
  for (const [id, { points }] of Object.entries(news.nodes)) {
    if (!points.length) continue;
    const own = byName(Object.entries(next[id] ?? {}));
    for (const name of new Set(points.map((p) => p.name))) {
      const fresh = points.filter((p) => p.name === name).map(({ step, value }) => ({ step, value }));
      own[name] = addPoints(own[name] ?? [], fresh);
    }
    next[id] = own;
  }
  return next;
}

export function addPoints(known: readonly Point[], fresh: readonly Point[]): readonly Point[] {
  const first = Math.min(...fresh.map((p) => p.step));
  const overlap = known.filter((p) => p.step >= first);
  const bySteps = new Map([...overlap, ...fresh].map((p) => [p.step, p]));
  const tail = [...bySteps.values()].sort((a, b) => a.step - b.step);
  const all = [...known.filter((p) => p.step < first), ...tail];
  return all.length > MOST_POINTS
    ? all.filter((_, k) => k % 2 === 0 || k > all.length - MOST_POINTS / 4)
    : all;
}
