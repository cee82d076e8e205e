/** Models that work at the same time share the machine's threads: llama.cpp's wait by spinning, and two models with every core each are slower than one after the other. */
import { availableParallelism } from "node:os";

/** Threads of each of `busy` models; one core stays free for the rest of the system. */
export const shareOf = (busy: number, cores: number): number =>
  Math.max(1, Math.floor((cores - 1) / Math.max(1, busy)));

export type Seat = { setBusy(busy: boolean): void; leave(): void };

export type ThreadShares = {
  /** `report` is called with how many threads the model may use, whenever that changes while it is busy. */
  join(report: (threads: number) => void): Seat;
};

export function createThreadShares(cores = availableParallelism()): ThreadShares {
  const busy = new Map<object, { report(threads: number): void; reported: number }>();

  function share(): void {
    const threads = shareOf(busy.size, cores);
    for (const seat of busy.values()) {
      if (seat.reported !== threads) seat.report(threads);
      seat.reported = threads;
    }
  }

  return {
    join(report) {
      const key = {};
      let reported = 0;
      const leave = () => {
        reported = busy.get(key)?.reported ?? reported;
        if (busy.delete(key)) share();
      };
      return {
        setBusy(isBusy) {
          if (!isBusy) return leave();
          if (busy.has(key)) return;
          busy.set(key, { report, reported });
          share();
        },
        leave,
      };
    },
  };
}

/** All models of a gateway run on one machine. */
export const machineThreads = createThreadShares();
