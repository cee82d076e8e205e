/** Brings what runs in line with the rows, and says in the gateway's own observations what was seen. */
import { Failure } from "@/graph/problems";
import type { Queryable } from "../db";
import { failedBefore, type Observer } from "../deployments/observe";
import type { SeenFailure } from "../deployments/observed-of";
import { listAllServed, type Served } from "../deployments/served";
import type { BackendStore, News, Opened, Wanted } from "./backends/backend-store";

export type Reconciler = {
  run(): Promise<void>;
  /** What became of a backend, whoever asked for it. */
  heard(wanted: Wanted, news: News): void;
};

export type ReconcilerOptions = {
  db: Queryable;
  backends: Pick<BackendStore, "use" | "retire" | "forgive">;
  observer: Pick<Observer, "note" | "forget">;
  /** Proves that the files are there, without starting anything. */
  open(row: Served): Promise<Opened>;
  log(level: "info" | "warn" | "error", message: string, values?: Record<string, unknown>): void;
};

export function createReconciler({ db, backends, observer, open, log }: ReconcilerOptions): Reconciler {
  const known = new Map<string, Served>();
  let first = true;
  let running: Promise<void> | undefined;
  let again = false;

  async function settle(row: Served, preload: boolean): Promise<void> {
    if (row.desired === "STOPPED") {
      backends.retire(row.id);
      return observer.note(row, "STOPPED");
    }
    const isCurrent = () => known.get(row.id) === row;
    backends.forgive(row.id);
    observer.note(row, "STARTING");
    try {
      const { bytes } = await open(row);
      // What takes no memory here is tried at once: a server elsewhere may be away.
      if (preload || bytes === 0) (await backends.use(row)).release();
      if (isCurrent()) observer.note(row, "READY");
    } catch (error) {
      if (!isCurrent()) return;
      log("warn", "A deployment does not start.", { slug: row.slug, error: String(error) });
      observer.note(row, "FAILED", failureOf(error));
    }
  }

  async function pass(): Promise<void> {
    const rows = await listAllServed(db);
    // After a start models wait for their first request, but for those that failed before: READY would be a guess.
    // What is deployed while the gateway runs is started at once.
    const failed = first ? await failedBefore(db) : undefined;
    first = false;
    for (const id of [...known.keys()]) {
      if (rows.some((row) => row.id === id)) continue;
      known.delete(id);
      observer.forget(id);
      backends.retire(id);
    }
    for (const row of rows) {
      if (known.get(row.id)?.generation === row.generation) continue;
      known.set(row.id, row);
      // Side by side: one that takes long to start holds up nobody.
      void settle(row, failed ? failed.has(row.id) : true);
    }
  }

  return {
    async run() {
      again = true;
      running ??= (async () => {
        try {
          while (again) {
            again = false;
            await pass();
          }
        } finally {
          running = undefined;
        }
      })();
      return running;
    },
    heard({ id, digest }, news) {
      const row = known.get(id);
      if (!row || row.digest !== digest || row.desired === "STOPPED") return;
      observer.note(row, news.state, "failure" in news ? failureOf(news.failure) : undefined);
    },
  };
}

function failureOf(error: unknown): SeenFailure {
  if (error instanceof Failure) return { reason: error.reason, values: error.values };
  const detail = error instanceof Error ? error.message : String(error);
  return { reason: "model-does-not-load", values: { detail } };
}
