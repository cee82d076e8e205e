/** Waiting for news of other processes. The rows decide; a lost ring only costs one sweep. */
import { SSE } from "./limits";
import type { Listener } from "./runs/listener";

export type Bell = {
  /** Resolves when rung since the last call, after the sweep interval, or when the signal is aborted. */
  next(): Promise<void>;
};

/** Hung up at once, so that nothing falls between the first reading and the first wait. */
export function hangBell(
  listener: Listener,
  channel: string,
  key: string | undefined,
  signal: AbortSignal,
): Bell {
  let rung = false;
  let wake = () => {};
  const ring = () => {
    rung = true;
    wake();
  };
  const takeDown = listener.on(channel, (payload) => {
    if (key === undefined || payload === "" || payload === key) ring();
  });
  signal.addEventListener("abort", () => {
    takeDown();
    ring();
  });
  if (signal.aborted) takeDown();
  return {
    async next() {
      if (!rung && !signal.aborted) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, SSE.sweepMs);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
        wake = () => {};
      }
      rung = false;
    },
  };
}

export function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(done, milliseconds);
    function done() {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    }
    signal?.addEventListener("abort", done);
  });
}
