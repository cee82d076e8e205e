/** Waits for notifications of other processes. The rows decide; a lost notification only costs one sweep. */
import { SSE } from "../../limits";
import type { Listener } from "./listener";

export type Notifications = {
  /** Resolves when one has come since the last call, after the sweep interval, or when the signal is aborted. */
  next(): Promise<void>;
};

/** Subscribed at once, so that nothing falls between the first reading and the first wait. */
export function notificationsOf(
  listener: Listener,
  channel: string,
  key: string | undefined,
  signal: AbortSignal,
): Notifications {
  let notified = false;
  let wake = () => {};
  const notify = () => {
    notified = true;
    wake();
  };
  const unsubscribe = listener.on(channel, (payload) => {
    if (key === undefined || payload === "" || payload === key) notify();
  });
  signal.addEventListener("abort", () => {
    unsubscribe();
    notify();
  });
  if (signal.aborted) unsubscribe();
  return {
    async next() {
      if (!notified && !signal.aborted) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, SSE.sweepMs);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
        wake = () => {};
      }
      notified = false;
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
