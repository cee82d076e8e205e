/** Orthogonal routes for wires: around nodes, on separate tracks, sharing a trunk only with wires of the same output. */
import { type End, horizontal, out, type Point, type Rect, straighten } from "../arrange/geometry";

export type WireEnds = {
  id: string;
  /** The output it leaves from: wires of one output may share a stretch. */
  trunk: string;
  from: End;
  to: End;
  via?: readonly (readonly [number, number])[];
};

/** How far a wire runs straight out of a port before it may turn. */
const LEAD = 14;
/** Distances from a node's edge at which wires may run along it. */
const TRACKS_X = [LEAD, 24, 34];
const TRACKS_Y = [12, 22];
/** Clear space kept around a node. */
const MARGIN = 8;
const BEND = 30;
const SHARED = 4;
const CROSSING = 12;
/** Above this many nodes routes ignore obstacles, to keep opening and dragging quick. */
const MOST_OBSTACLES = 160;

export function routeWires(wires: readonly WireEnds[], nodes: readonly Rect[]): Map<string, Point[]> {
  const routes = new Map<string, Point[]>();
  const grid = nodes.length <= MOST_OBSTACLES ? new Grid(wires, nodes) : undefined;
  const byLength = [...wires].sort((a, b) => span(a) - span(b) || (a.id < b.id ? -1 : 1));
  for (const wire of byLength) {
    const given = wire.via?.length ? throughPoints(wire.from, wire.to, wire.via) : undefined;
    const points = given ?? straight(wire, nodes) ?? grid?.search(wire) ?? plain(wire);
    routes.set(wire.id, straighten(points));
  }
  return routes;
}

const span = ({ from, to }: WireEnds) => Math.abs(from.x - to.x) + Math.abs(from.y - to.y);

/** Level and upright stretches through the points that a person gave. */
export function throughPoints(from: Point, to: Point, via: readonly (readonly [number, number])[]): Point[] {
  const stops = [from, ...via.map(([x, y]) => ({ x, y })), to].map(({ x, y }) => ({ x, y }));
  return stops.flatMap((stop, k) => {
    const before = stops[k - 1];
    if (!before || before.x === stop.x || before.y === stop.y) return [stop];
    // The last stretch is level, as ports mostly are; the others leave level.
    const last = k === stops.length - 1;
    return [last ? { x: before.x, y: stop.y } : { x: stop.x, y: before.y }, stop];
  });
}

/** One line, when the ports face each other with nothing between. */
function straight({ from, to }: WireEnds, nodes: readonly Rect[]): Point[] | undefined {
  const facing = out[from.side].x === -out[to.side].x && out[from.side].y === -out[to.side].y;
  if (!facing) return undefined;
  const level = horizontal(from.side);
  const ahead = level ? (to.x - from.x) * out[from.side].x : (to.y - from.y) * out[from.side].y;
  const aside = level ? Math.abs(from.y - to.y) : Math.abs(from.x - to.x);
  if (ahead <= 0 || aside > 1.5) return undefined;
  const blocked = nodes.some((r) =>
    level
      ? from.y > r.y && from.y < r.y + r.height && overlaps(from.x, to.x, r.x + 1, r.x + r.width - 1)
      : from.x > r.x && from.x < r.x + r.width && overlaps(from.y, to.y, r.y + 1, r.y + r.height - 1),
  );
  if (blocked) return undefined;
  return [{ x: from.x, y: from.y }, level ? { x: to.x, y: from.y } : { x: from.x, y: to.y }];
}

const overlaps = (a: number, b: number, low: number, high: number) =>
  Math.max(a, b) > low && Math.min(a, b) < high;

const stubOf = (end: End): Point => ({
  x: end.x + out[end.side].x * LEAD,
  y: end.y + out[end.side].y * LEAD,
});

/** Without looking at nodes: out, across at half way, in. Also what a wire looks like while it is dragged. */
export function plain({ from, to }: Pick<WireEnds, "from" | "to">): Point[] {
  const [a, b] = [stubOf(from), stubOf(to)];
  const middle: Point[] = [];
  if (horizontal(from.side) && horizontal(to.side)) {
    if (a.x <= b.x) middle.push({ x: (a.x + b.x) / 2, y: a.y }, { x: (a.x + b.x) / 2, y: b.y });
    else middle.push({ x: a.x, y: (a.y + b.y) / 2 }, { x: b.x, y: (a.y + b.y) / 2 });
  } else if (!horizontal(from.side) && !horizontal(to.side)) {
    if (a.y <= b.y) middle.push({ x: a.x, y: (a.y + b.y) / 2 }, { x: b.x, y: (a.y + b.y) / 2 });
    else middle.push({ x: (a.x + b.x) / 2, y: a.y }, { x: (a.x + b.x) / 2, y: b.y });
  } else middle.push(horizontal(from.side) ? { x: b.x, y: a.y } : { x: a.x, y: b.y });
  return straighten([{ x: from.x, y: from.y }, a, ...middle, b, { x: to.x, y: to.y }]);
}

/** A sparse grid of the lines on which wires may run, with an A* search that counts bends and crowding. */
class Grid {
  readonly xs: number[];
  readonly ys: number[];
  private readonly across: Uint8Array;
  private readonly down: Uint8Array;
  private readonly acrossBy: (string | undefined)[];
  private readonly downBy: (string | undefined)[];

  constructor(wires: readonly WireEnds[], nodes: readonly Rect[]) {
    const xs = new Set<number>();
    const ys = new Set<number>();
    for (const r of nodes) {
      for (const t of TRACKS_X) xs.add(Math.round(r.x - t)).add(Math.round(r.x + r.width + t));
      for (const t of TRACKS_Y) ys.add(Math.round(r.y - t)).add(Math.round(r.y + r.height + t));
    }
    const exactX = new Set<number>();
    const exactY = new Set<number>();
    for (const { from, to } of wires)
      for (const end of [stubOf(from), stubOf(to)]) {
        exactX.add(end.x);
        exactY.add(end.y);
      }
    this.xs = lines(xs, exactX);
    this.ys = lines(ys, exactY);
    const size = this.xs.length * this.ys.length;
    this.across = new Uint8Array(size);
    this.down = new Uint8Array(size);
    this.acrossBy = new Array(size);
    this.downBy = new Array(size);
    for (const r of nodes) this.block(r);
  }

  private at(i: number, j: number) {
    return j * this.xs.length + i;
  }

  private block(r: Rect) {
    const { xs, ys } = this;
    const [left, right] = [r.x - MARGIN, r.x + r.width + MARGIN];
    const [top, bottom] = [r.y - MARGIN, r.y + r.height + MARGIN];
    for (let j = 0; j < ys.length; j++)
      for (let i = 0; i < xs.length; i++) {
        const [x, y] = [xs[i]!, ys[j]!];
        if (y > top && y < bottom && i + 1 < xs.length && x < right && xs[i + 1]! > left)
          this.across[this.at(i, j)] = 1;
        if (x > left && x < right && j + 1 < ys.length && y < bottom && ys[j + 1]! > top)
          this.down[this.at(i, j)] = 1;
      }
  }

  search(wire: WireEnds): Point[] | undefined {
    const { xs, ys } = this;
    const [a, b] = [stubOf(wire.from), stubOf(wire.to)];
    const [si, sj] = [xs.indexOf(a.x), ys.indexOf(a.y)];
    const [gi, gj] = [xs.indexOf(b.x), ys.indexOf(b.y)];
    if (si < 0 || sj < 0 || gi < 0 || gj < 0) return undefined;
    const cells = xs.length * ys.length;
    // Two states a crossing: reached level (0) or upright (1), so that bends can be counted.
    const cost = new Float64Array(cells * 2).fill(Number.POSITIVE_INFINITY);
    const came = new Int32Array(cells * 2).fill(-1);
    const start = this.at(si, sj) * 2 + (horizontal(wire.from.side) ? 0 : 1);
    const goalCell = this.at(gi, gj);
    const goalTurn = horizontal(wire.to.side) ? 0 : 1;
    const left = (i: number, j: number) => Math.abs(xs[i]! - b.x) + Math.abs(ys[j]! - b.y);
    const open = new Heap();
    cost[start] = 0;
    open.push(start, left(si, sj));
    while (open.size) {
      const state = open.pop();
      const cell = state >> 1;
      const turn = state & 1;
      if (cell === goalCell) {
        if (turn === goalTurn) return this.trace(wire, state, came);
        const ended = cell * 2 + goalTurn;
        if (cost[state]! + BEND < cost[ended]!) {
          cost[ended] = cost[state]! + BEND;
          came[ended] = state;
          open.push(ended, cost[ended]!);
        }
        continue;
      }
      const i = cell % xs.length;
      const j = (cell - i) / xs.length;
      for (let way = 0; way < 4; way++) {
        const [di, dj] = WAYS[way]!;
        const [ni, nj] = [i + di, j + dj];
        if (ni < 0 || nj < 0 || ni >= xs.length || nj >= ys.length) continue;
        const level = dj === 0;
        const edge = level ? this.at(Math.min(i, ni), j) : this.at(i, Math.min(j, nj));
        if ((level ? this.across : this.down)[edge]) continue;
        const length = level ? Math.abs(xs[ni]! - xs[i]!) : Math.abs(ys[nj]! - ys[j]!);
        const used = (level ? this.acrossBy : this.downBy)[edge];
        const crossed = this.crossedBy(ni, nj, level);
        let step = length;
        if (used && used !== wire.trunk) step += length * SHARED + 20;
        else if (used) step *= 0.7;
        if (crossed && crossed !== wire.trunk) step += CROSSING;
        if (level !== (turn === 0)) step += BEND;
        const next = this.at(ni, nj) * 2 + (level ? 0 : 1);
        const total = cost[state]! + step;
        if (total < cost[next]!) {
          cost[next] = total;
          came[next] = state;
          open.push(next, total + left(ni, nj) * 0.7);
        }
      }
    }
    return undefined;
  }

  /** The wire that already runs at a right angle through this crossing. */
  private crossedBy(i: number, j: number, level: boolean): string | undefined {
    if (level) return j > 0 ? (this.downBy[this.at(i, j - 1)] ?? this.downBy[this.at(i, j)]) : undefined;
    return i > 0 ? (this.acrossBy[this.at(i - 1, j)] ?? this.acrossBy[this.at(i, j)]) : undefined;
  }

  private trace(wire: WireEnds, goal: number, came: Int32Array): Point[] {
    const { xs, ys } = this;
    const points: Point[] = [{ x: wire.to.x, y: wire.to.y }];
    let previous: [number, number] | undefined;
    for (let state = goal; state >= 0; state = came[state]!) {
      const cell = state >> 1;
      const i = cell % xs.length;
      const j = (cell - i) / xs.length;
      points.push({ x: xs[i]!, y: ys[j]! });
      if (previous) {
        const [pi, pj] = previous;
        if (pj === j && pi !== i) this.acrossBy[this.at(Math.min(i, pi), j)] = wire.trunk;
        if (pi === i && pj !== j) this.downBy[this.at(i, Math.min(j, pj))] = wire.trunk;
      }
      previous = [i, j];
    }
    points.push({ x: wire.from.x, y: wire.from.y });
    return points.reverse();
  }
}

const WAYS = [
  [1, 0],
  [-1, 0],
  [0, 1],
  [0, -1],
] as const;

/** Grid lines in order; tracks closer than 6 px to an exact line or to each other fall together. */
function lines(tracks: Set<number>, exact: Set<number>): number[] {
  const all = [...exact].sort((a, b) => a - b);
  for (const track of [...tracks].sort((a, b) => a - b))
    if (!all.some((line) => Math.abs(line - track) < 6)) all.push(track);
  return all.sort((a, b) => a - b);
}

class Heap {
  private readonly items: number[] = [];
  private readonly ranks: number[] = [];
  get size() {
    return this.items.length;
  }
  push(item: number, rank: number) {
    const { items, ranks } = this;
    let k = items.length;
    items.push(item);
    ranks.push(rank);
    while (k > 0) {
      const up = (k - 1) >> 1;
      if (ranks[up]! <= rank) break;
      items[k] = items[up]!;
      ranks[k] = ranks[up]!;
      k = up;
    }
    items[k] = item;
    ranks[k] = rank;
  }
  pop(): number {
    const { items, ranks } = this;
    const top = items[0]!;
    const item = items.pop()!;
    const rank = ranks.pop()!;
    const n = items.length;
    if (n === 0) return top;
    let k = 0;
    for (;;) {
      let child = 2 * k + 1;
      if (child >= n) break;
      if (child + 1 < n && ranks[child + 1]! < ranks[child]!) child++;
      if (ranks[child]! >= rank) break;
      items[k] = items[child]!;
      ranks[k] = ranks[child]!;
      k = child;
    }
    items[k] = item;
    ranks[k] = rank;
    return top;
  }
}
