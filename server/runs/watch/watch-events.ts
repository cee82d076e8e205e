/** Those in this process who follow the same run: woken together, and a page that several ask for is read once. */
import type { RunEventView } from "@/graph/run-view";
import { EVENTS_CHANNEL } from "../commit/write-decision";
import type { Listener } from "./listener";

export type EventWatch = {
  /** How often news came. What is read after a notification holds what it told of. */
  readonly revision: number;
  /** Resolves when news came since `revision` was what is given here, after `ms`, or when the signal aborts. */
  next(revision: number, ms: number, signal?: AbortSignal): Promise<void>;
  read(after: number): Promise<RunEventView[]>;
  leave(): void;
};

type Shared = {
  followers: number;
  revision: number;
  readonly sleepers: Set<() => void>;
  /** By where they begin and how often news had come: who was woken later must not get what was read before. */
  readonly pages: Map<string, Promise<RunEventView[]>>;
  readonly off: () => void;
};

const processWide = new WeakMap<Listener, Map<string, Shared>>();

/** Listens from the moment it returns, so nothing falls between the first reading and the first wait. */
export function watchEvents(
  listener: Listener,
  runId: string,
  readPage: (after: number) => Promise<RunEventView[]>,
): EventWatch {
  const runs = processWide.get(listener) ?? new Map<string, Shared>();
  processWide.set(listener, runs);
  const shared = runs.get(runId) ?? attach(listener, runId);
  runs.set(runId, shared);
  shared.followers++;
  return {
    get revision() {
      return shared.revision;
    },
    next: (revision, ms, signal) => {
      if (shared.revision !== revision || signal?.aborted) return Promise.resolve();
      return new Promise((done) => {
        const wake = () => {
          clearTimeout(timer);
          shared.sleepers.delete(wake);
          signal?.removeEventListener("abort", wake);
          done();
        };
        const timer = setTimeout(wake, ms);
        shared.sleepers.add(wake);
        signal?.addEventListener("abort", wake);
      });
    },
    read: (after) => {
      const key = `${after}/${shared.revision}`;
      const underWay = shared.pages.get(key);
      if (underWay) return underWay;
      const page = readPage(after).finally(() => shared.pages.delete(key));
      shared.pages.set(key, page);
      return page;
    },
    leave: () => {
      if (--shared.followers) return;
      shared.off();
      runs.delete(runId);
    },
  };
}

function attach(listener: Listener, runId: string): Shared {
  const shared: Shared = {
    followers: 0,
    revision: 0,
    sleepers: new Set(),
    pages: new Map(),
    // After a gap in the connection the payload is empty: it may have been about this run.
    off: listener.on(EVENTS_CHANNEL, (payload) => {
      if (payload && payload !== runId) return;
      shared.revision++;
      for (const wake of [...shared.sleepers]) wake();
    }),
  };
  return shared;
}
