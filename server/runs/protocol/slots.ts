/** What a worker has and a node needs, and whether the one fits into the other. Pure. */
import type { Resources } from "@/graph/define-node";

/** Bytes; `gpu` without `vramBytes` takes a whole GPU. */
export type Needs = { threads: number; memoryBytes: number; gpu: boolean; vramBytes: number };
/** Whole bytes: they are counted in the database too. */
export const needsOf = ({ threads, memoryBytes, device, vramBytes = 0 }: Resources): Needs => ({
  threads,
  memoryBytes: Math.ceil(memoryBytes),
  gpu: device === "gpu",
  vramBytes: Math.ceil(vramBytes),
});

/** `vram`: bytes of each GPU. */
export type Capacity = { threads: number; memoryBytes: number; vram: readonly number[] };
/** What one node run holds; `gpu` is the index of the GPU that it runs on. */
export type Slot = { threads: number; memoryBytes: number; vramBytes: number; gpu?: number };

/** Whether a machine has all of it, with nothing else on it. */
export function holdsWhole(total: Capacity, needs: Needs): boolean {
  return needs.threads <= total.threads && needs.memoryBytes <= total.memoryBytes && couldHold(total, needs);
}

/** Threads and memory can be made do with; what does not fit into the memory of a GPU cannot run on it. */
export function couldHold(total: Capacity, needs: Needs): boolean {
  return !needs.gpu || total.vram.some((bytes) => bytes >= needs.vramBytes);
}

/** A node that wants more threads or memory than the whole machine gets all of it. */
export function asked(total: Capacity, needs: Needs): Needs {
  return {
    ...needs,
    threads: Math.max(1, Math.min(needs.threads, total.threads)),
    memoryBytes: Math.min(needs.memoryBytes, total.memoryBytes),
  };
}

/** Where it fits now: on the fullest GPU that has room, so that whole ones stay free for who needs them. */
export function findSlot(free: Capacity, total: Capacity, needs: Needs): Slot | undefined {
  const { threads, memoryBytes } = asked(total, needs);
  if (threads > free.threads || memoryBytes > free.memoryBytes) return undefined;
  if (!needs.gpu) return { threads, memoryBytes, vramBytes: 0 };
  let best: { gpu: number; vramBytes: number } | undefined;
  for (const [gpu, room] of free.vram.entries()) {
    const whole = total.vram[gpu] ?? 0;
    const vramBytes = needs.vramBytes || whole;
    if (vramBytes > room || whole === 0) continue;
    if (!best || room < free.vram[best.gpu]!) best = { gpu, vramBytes };
  }
  return best && { threads, memoryBytes, ...best };
}

export const take = (free: Capacity, slot: Slot): Capacity => shift(free, slot, -1);
export const giveBack = (free: Capacity, slot: Slot): Capacity => shift(free, slot, 1);

function shift({ threads, memoryBytes, vram }: Capacity, slot: Slot, sign: 1 | -1): Capacity {
  return {
    threads: threads + sign * slot.threads,
    memoryBytes: memoryBytes + sign * slot.memoryBytes,
    vram: vram.map((bytes, i) => (i === slot.gpu ? bytes + sign * slot.vramBytes : bytes)),
  };
}
