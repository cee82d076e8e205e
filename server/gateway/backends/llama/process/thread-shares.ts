/** Models that work at the same time share the machine's threads: llama.cpp's wait by spinning, and two models with every core each are slower than one after the other. */
import { availableParallelism } from "node:os";

/** Threads of each of `busy` models; one core stays free for the rest of the system. */
export const shareOf = (busy: number, cores: number): number =>
  Math.max(1, Math.floor((cores - 1) / Math.max(1, busy)));

export type Seat = { setBusy(busy: boolean): void; leave(): void };

export type ThreadShares = {
  /** `tell` hears how many threads the model may use, whenever that changes while it is busy. */
  join(tell: (threads: number) => void): Seat;
};

export function createThreadShares(cores = availableParallelism()): ThreadShares {
  const busy = new Map<object, { tell(threads: number): void; told: number }>();

  function share(): void {
    const threads = shareOf(busy.size, cores);
    for (const seat of busy.values()) {
      if (seat.told !== threads) seat.tell(threads);
      seat.told = threads;
    }
  }

  return {
    join(tell) {
      const key = {};
      let told = 0;
      const leave = () => {
        told = busy.get(key)?.told ?? told;
        if (busy.delete(key)) share();
      };
      return {
        setBusy(isBusy) {
          if (!isBusy) return leave();
          if (busy.has(key)) return;
          busy.set(key, { tell, told });
          share();
        },
        leave,
      };
    },
  };
}

/** All models of a gateway run on one machine. */
export const machineThreads = createThreadShares();
