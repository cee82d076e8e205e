/** Where the bars of a run's timeline stand. Pure: seconds since the run started. */
import type { NodeRunView } from "@/graph/run-view";
import { isTerminal } from "@/graph/status";
import { secondsLeft, type TimedNode } from "@/graph/time-left";

export type Row = {
  id: string;
  /** What ran. */
  bar?: { from: number; to: number };
  /** What is expected to come. */
  ahead?: { from: number; to: number };
};
export type Timeline = { rows: Row[]; end: number; ticks: number[] };

type Given = {
  nodes: readonly (TimedNode & Pick<NodeRunView, "id" | "finishedAt">)[];
  /** When the run began, in milliseconds. */
  start: number;
  now: number;
};

/** Nodes that wait are drawn one after the other behind what runs: a worker of two cores has them queue. */
export function layTimeline({ nodes, start, now }: Given): Timeline {
  const at = (time: string) => Math.max(0, (Date.parse(time) - start) / 1000);
  const present = Math.max(0, (now - start) / 1000);
  const rows = nodes.map((node): Row => {
    if (!node.startedAt) return { id: node.id };
    const from = at(node.startedAt);
    if (isTerminal(node.status))
      return { id: node.id, bar: { from, to: node.finishedAt ? at(node.finishedAt) : from } };
    const left = secondsLeft(node, now);
    const bar = { from, to: Math.max(from, present) };
    return left > 0 ? { id: node.id, bar, ahead: { from: bar.to, to: bar.to + left } } : { id: node.id, bar };
  });
  const open = nodes.some((node) => !isTerminal(node.status));
  let cursor = Math.max(open ? present : 0, ...rows.map((row) => row.ahead?.to ?? row.bar?.to ?? 0));
  for (const [i, node] of nodes.entries()) {
    if (isTerminal(node.status) || node.startedAt) continue;
    const seconds = secondsLeft(node, now);
    if (!seconds) continue;
    rows[i] = { id: node.id, ahead: { from: cursor, to: cursor + seconds } };
    cursor += seconds;
  }
  const end = Math.max(1, cursor * 1.02);
  return { rows, end, ticks: ticksUpTo(end) };
}

const STEPS = [
  0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200,
  86_400,
];

/** Round times, at most seven. */
export function ticksUpTo(end: number): number[] {
  const step = STEPS.find((candidate) => end / candidate <= 7) ?? Math.ceil(end / 7 / 86_400) * 86_400;
  return Array.from({ length: Math.floor(end / step) }, (_, i) => Number(((i + 1) * step).toFixed(1)));
}
