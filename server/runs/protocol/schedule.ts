/**
 * Who is next: fair between teams, in the order of each team, and nothing starves. Pure; `docs/decisions/queue-policy.md`
 * gives the reasons. A worker asks for itself: several may ask at the same time, since every claim is decided by its row.
 */
import * as limits from "../limits";
import { asked, type Capacity, couldHold, findSlot, holdsWhole, type Needs, take } from "./slots";

export type Waiting = {
  /** Node run. */
  id: string;
  runId: string;
  teamId: string;
  needs: Needs;
  waitedMs: number;
  /** Higher goes first. */
  priority: number;
  /** Of its run, among those of one priority; lower goes first. */
  rank: number;
  /** Of the node in its run. */
  position: number;
};
/** `reserves`: the node run that it makes room for. */
export type WorkerState = { id: string; total: Capacity; reserves: string | null };
export type Queue = {
  /** Of teams that are not paused, and due. */
  waiting: readonly Waiting[];
  running: readonly { workerId: string; teamId: string; needs: Needs }[];
  /** All that are up. */
  workers: readonly WorkerState[];
  /** Thread-seconds by team in the last hour: decides between teams that hold the same share now. */
  usage: Readonly<Record<string, number>>;
};
export type Asking = { workerId: string; free: Capacity; total: Capacity; max: number };
/** Node runs to claim, in this order, and the one to make room for. */
export type Round = { claim: string[]; reserve: string | null };

export function schedule(queue: Queue, { workerId, free: now, total, max }: Asking): Round {
  const others = queue.workers.filter(({ id }) => id !== workerId);
  const mine = queue.workers.find(({ id }) => id === workerId)?.reserves ?? null;
  const theirs = new Set(others.map(({ reserves }) => reserves));
  // What no machine holds whole may run on any; what another one holds is left to it.
  const here = queue.waiting.filter(
    ({ needs }) =>
      couldHold(total, needs) &&
      (holdsWhole(total, needs) || !others.some((other) => holdsWhole(other.total, needs))),
  );
  const installed = sum([total, ...others.map((other) => other.total)]);
  const shares = new Map<string, number>();
  const charge = (teamId: string, needs: Needs) =>
    shares.set(teamId, (shares.get(teamId) ?? 0) + dominantShare(needs, installed));
  for (const { teamId, needs } of queue.running) charge(teamId, needs);

  let free = now;
  const claim: string[] = [];
  /** The first in turn that is too big for what is free and has been passed by for long enough. */
  let kept: Waiting | undefined;
  let heldBack = false;
  const consider = (node: Waiting) => {
    const slot = claim.length < max ? findSlot(free, total, node.needs) : undefined;
    if (!slot) {
      if (node.waitedMs >= limits.overtakeMs && !theirs.has(node.id)) kept ??= node;
    } else if (kept && !fitsBeside(node.needs, kept.needs, free, total)) heldBack = true;
    else {
      free = take(free, slot);
      claim.push(node.id);
      charge(node.teamId, node.needs);
    }
  };

  const reserved = here.find(({ id }) => id === mine);
  if (reserved) {
    if (findSlot(free, total, reserved.needs)) consider(reserved);
    else kept = reserved;
  }
  const lines = new Map<string, Waiting[]>();
  for (const node of [...here].sort(byTurn)) {
    if (node === reserved) continue;
    const line = lines.get(node.teamId);
    if (line) line.push(node);
    else lines.set(node.teamId, [node]);
  }
  while (lines.size) {
    const teamId = nextTeam([...lines.keys()], shares, queue.usage);
    const line = lines.get(teamId)!;
    consider(line.shift()!);
    if (!line.length) lines.delete(teamId);
  }
  // On a full machine nobody passes anybody by: then there is nothing to hold back, and turns decide when room comes.
  return { claim, reserve: kept && (heldBack || kept === reserved) ? kept.id : null };
}

/** Priority, which rises while a node waits; then the place of the run, then that of the node. */
function byTurn(a: Waiting, b: Waiting): number {
  const level = ({ priority, waitedMs }: Waiting) => priority + Math.floor(waitedMs / limits.ageingMs);
  return level(b) - level(a) || a.rank - b.rank || a.position - b.position || (a.id < b.id ? -1 : 1);
}

function nextTeam(
  teams: readonly string[],
  shares: ReadonlyMap<string, number>,
  usage: Readonly<Record<string, number>>,
): string {
  const before = (a: string, b: string) =>
    (shares.get(a) ?? 0) - (shares.get(b) ?? 0) || (usage[a] ?? 0) - (usage[b] ?? 0) || (a < b ? -1 : 1);
  return [...teams].sort(before)[0]!;
}

/** The largest part that it takes of anything the installation has (dominant resource fairness, Ghodsi et al. 2011). */
function dominantShare(needs: Needs, installed: Installed): number {
  const part = (used: number, of: number) => (of > 0 ? used / of : 0);
  return Math.max(
    part(needs.threads, installed.threads),
    part(needs.memoryBytes, installed.memoryBytes),
    needs.gpus ? part(needs.gpus * (needs.vramBytes || installed.vram / installed.gpus), installed.vram) : 0,
  );
}

/**
 * Whether what is taken now leaves room for the one that waits: of everything the two share there must be enough for
 * both with all that runs now, so that the one is not held up. What it does not need of it does not count.
 */
function fitsBeside(needs: Needs, kept: Needs, free: Capacity, total: Capacity): boolean {
  const big = asked(total, kept);
  const small = asked(total, needs);
  const spare = (is: number, wants: number, takes: number) =>
    takes === 0 || wants === 0 || takes + wants <= is;
  return (
    spare(free.threads, big.threads, small.threads) &&
    spare(free.memoryBytes, big.memoryBytes, small.memoryBytes) &&
    (!small.gpus || !big.gpus || leavesGpus(needs, kept, free, total))
  );
}

/** A GPU is not divided between others: the one that waits must still find all of its own. */
function leavesGpus(needs: Needs, kept: Needs, free: Capacity, total: Capacity): boolean {
  const slot = findSlot(free, total, needs);
  if (!slot) return false;
  const room = take(free, slot).vram.filter((left, index) => {
    const whole = total.vram[index] ?? 0;
    return whole > 0 && left >= (kept.vramBytes || whole);
  });
  return room.length >= kept.gpus;
}

type Installed = { threads: number; memoryBytes: number; gpus: number; vram: number };

function sum(all: readonly Capacity[]): Installed {
  const add = (pick: (one: Capacity) => number) => all.reduce((total, one) => total + pick(one), 0);
  return {
    threads: add(({ threads }) => threads),
    memoryBytes: add(({ memoryBytes }) => memoryBytes),
    gpus: add(({ vram }) => vram.length),
    vram: add(({ vram }) => vram.reduce((a, b) => a + b, 0)),
  };
}
