/** Keeps the draft and the server the same: local edits go out merged and are retried, remote ones come in. */
import * as Y from "yjs";
import { createStore, type StoreApi } from "zustand/vanilla";

export type SyncState = {
  /** `refused`: the server will never take what is waiting, nor what builds on it. */
  phase: "saved" | "saving" | "offline" | "refused";
  savedAt: Date | undefined;
  /** Why the last push did not arrive. */
  problem: Error | undefined;
};

/** Marks updates that came from the server, so that they are not sent back. */
export const REMOTE = "remote";

const LIMITS = {
  /** Edits within this time go out as one update. */
  debounceMs: 250,
  /** First wait before a failed push is tried again; doubles up to the longest. */
  retryMs: 1000,
  longestRetryMs: 15_000,
};

export type Sync = {
  store: StoreApi<SyncState>;
  receive(update: Uint8Array): void;
  /** Resolves when all edits have arrived; rejects when the server is away. */
  flush(): Promise<void>;
  /** Begins to send; the returned function stops. */
  start(): () => void;
};

/** Of the edit itself: sending it again gives the same answer. */
const REFUSALS: ReadonlySet<number> = new Set([400, 409, 413, 422]);
function isRefusal(error: unknown): boolean {
  const { data } = error as { data?: { httpStatus?: number } | null };
  return REFUSALS.has(data?.httpStatus ?? 0);
}

type Push = (update: Uint8Array) => Promise<unknown>;

export function createSync(doc: Y.Doc, push: Push, limits = LIMITS): Sync {
  const store = createStore<SyncState>(() => ({ phase: "saved", savedAt: undefined, problem: undefined }));
  let waiting: Uint8Array[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let sending: Promise<void> | undefined;
  let failures = 0;
  let stopped = true;

  const later = (ms: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => void send(), ms);
  };
  async function deliver() {
    while (waiting.length && !stopped && store.getState().phase !== "refused") {
      const batch = waiting;
      waiting = [];
      try {
        await push(Y.mergeUpdates(batch));
        failures = 0;
        if (!waiting.length) store.setState({ phase: "saved", savedAt: new Date(), problem: undefined });
      } catch (error) {
        if (isRefusal(error)) {
          waiting = [...batch, ...waiting];
          store.setState({ phase: "refused", problem: error as Error });
          return;
        }
        // Nothing is lost: what could not be sent waits in front of what came since.
        waiting = [...batch, ...waiting];
        store.setState({ phase: "offline", problem: error as Error });
        if (!stopped) later(Math.min(limits.longestRetryMs, limits.retryMs * 2 ** failures++));
        return;
      }
    }
  }
  function send(): Promise<void> {
    clearTimeout(timer);
    sending ??= deliver().finally(() => {
      sending = undefined;
    });
    return sending;
  }
  const onUpdate = (update: Uint8Array, origin: unknown) => {
    if (origin === REMOTE) return;
    waiting.push(update);
    const { phase } = store.getState();
    if (phase !== "offline" && phase !== "refused") {
      store.setState({ phase: "saving" });
      later(limits.debounceMs);
    }
  };

  return {
    store,
    receive: (update) => Y.applyUpdate(doc, update, REMOTE),
    flush: async () => {
      await send();
      if (waiting.length) await send();
      if (waiting.length) throw store.getState().problem ?? new Error("offline");
    },
    start() {
      stopped = false;
      doc.on("update", onUpdate);
      if (waiting.length) later(limits.debounceMs);
      return () => {
        stopped = true;
        clearTimeout(timer);
        doc.off("update", onUpdate);
      };
    },
  };
}
