/** What a worker has and a node needs, and whether the one fits into the other. Pure. */
import type { Resources } from "@/graph/define-node";
import { hostsPlacement, type Placement, type PlacementMachine } from "@/graph/placement";

/** Bytes; `vramBytes` is of each of the `gpus`, and 0 takes whole ones. */
export type Needs = {
  threads: number;
  memoryBytes: number;
  gpus: number;
  vramBytes: number;
  /** Only a machine that trains exactly so may take it. */
  placement?: Placement;
};
/** Whole bytes: they are counted in the database too. */
export const needsOf = ({
  resources: { threads, memoryBytes, gpus, vramBytes = 0 },
  placement,
}: {
  resources: Resources;
  placement?: Placement;
}): Needs => ({
  threads,
  memoryBytes: Math.ceil(memoryBytes),
  gpus,
  vramBytes: Math.ceil(vramBytes),
  ...(placement ? { placement } : {}),
});

/** `vram`: bytes of each GPU. Without `trains` nothing that trains is taken. */
export type Capacity = {
  threads: number;
  memoryBytes: number;
  vram: readonly number[];
  trains?: Pick<PlacementMachine, "arch" | "trainers">;
};
/** What a node run holds of one GPU. */
export type GpuShare = { index: number; vramBytes: number };
/** What one node run holds. */
export type Slot = { threads: number; memoryBytes: number; gpus: readonly GpuShare[] };

/** Whether a machine has all of it, with nothing else on it. */
export function holdsWhole(total: Capacity, needs: Needs): boolean {
  return needs.threads <= total.threads && needs.memoryBytes <= total.memoryBytes && couldHold(total, needs);
}

/** Threads and memory can be made do with; GPUs that are not there, or too small, and another engine cannot. */
export const couldHold = (total: Capacity, needs: Needs): boolean =>
  hasGpus(total, needs) && trains(total, needs);

export const hasGpus = ({ vram }: Capacity, { gpus, vramBytes }: Needs): boolean =>
  gpus === 0 || vram.filter((bytes) => bytes > 0 && bytes >= vramBytes).length >= gpus;

export const trains = ({ threads, memoryBytes, trains: how }: Capacity, { placement }: Needs): boolean =>
  !placement || (how !== undefined && hostsPlacement({ threads, memoryBytes, gpus: [], ...how }, placement));

/** A node that wants more threads or memory than the whole machine gets all of it. */
export function asked(total: Capacity, needs: Needs): Needs {
  return {
    ...needs,
    threads: Math.max(1, Math.min(needs.threads, total.threads)),
    memoryBytes: Math.min(needs.memoryBytes, total.memoryBytes),
  };
}

/** Where it fits now: on the fullest GPUs that have room, so that whole ones stay free for who needs them. */
export function findSlot(free: Capacity, total: Capacity, needs: Needs): Slot | undefined {
  const { threads, memoryBytes } = asked(total, needs);
  if (threads > free.threads || memoryBytes > free.memoryBytes) return undefined;
  if (needs.gpus === 0) return { threads, memoryBytes, gpus: [] };
  const gpus = free.vram
    .map((room, index) => ({ index, room, vramBytes: needs.vramBytes || (total.vram[index] ?? 0) }))
    .filter(({ index, room, vramBytes }) => (total.vram[index] ?? 0) > 0 && vramBytes <= room)
    .sort((a, b) => a.room - b.room || a.index - b.index)
    .slice(0, needs.gpus)
    .map(({ index, vramBytes }) => ({ index, vramBytes }));
  return gpus.length === needs.gpus ? { threads, memoryBytes, gpus } : undefined;
}

/** What is free after a machine grew or shrank under its jobs: below nothing until enough of them have ended. */
export function resized(free: Capacity, before: Capacity, now: Capacity): Capacity {
  const used = (index: number) => (before.vram[index] ?? 0) - (free.vram[index] ?? 0);
  const count = Math.max(before.vram.length, now.vram.length);
  return {
    ...now,
    threads: now.threads - (before.threads - free.threads),
    memoryBytes: now.memoryBytes - (before.memoryBytes - free.memoryBytes),
    vram: Array.from({ length: count }, (_, index) => (now.vram[index] ?? 0) - used(index)),
  };
}

export const take = (free: Capacity, slot: Slot): Capacity => shift(free, slot, -1);
export const giveBack = (free: Capacity, slot: Slot): Capacity => shift(free, slot, 1);

function shift(free: Capacity, slot: Slot, sign: 1 | -1): Capacity {
  const held = new Map(slot.gpus.map(({ index, vramBytes }) => [index, vramBytes]));
  return {
    ...free,
    threads: free.threads + sign * slot.threads,
    memoryBytes: free.memoryBytes + sign * slot.memoryBytes,
    vram: free.vram.map((bytes, index) => bytes + sign * (held.get(index) ?? 0)),
  };
}
