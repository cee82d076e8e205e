/** Brings what is in memory in line with the rows, and writes what was seen into them. */
import { Failure, type Values } from "@/graph/problems";
import type { Queryable } from "../db";
import { listAllServed, observeDeployment, type Served } from "../deployments/served";
import type { BackendStore } from "./backends/backend-store";

export type Reconciler = { run(): Promise<void> };

export type ReconcilerOptions = {
  db: Queryable;
  backends: BackendStore;
  /** Proves that the files are there, without loading them. */
  verify(digest: string): Promise<unknown>;
  url: string;
  log(level: "info" | "warn" | "error", message: string, values?: Record<string, unknown>): void;
};

type Known = Pick<Served, "generation" | "desired">;

export function createReconciler({ db, backends, verify, url, log }: ReconcilerOptions): Reconciler {
  const known = new Map<string, Known>();
  let first = true;
  let running: Promise<void> | undefined;
  let again = false;

  async function settle(row: Served, preload: boolean): Promise<void> {
    if (row.desired === "STOPPED") {
      backends.retire(row.id);
      return observeDeployment(db, row, { observed: "STOPPED" });
    }
    if (row.observed !== "READY") await observeDeployment(db, row, { observed: "STARTING", url });
    try {
      await verify(row.digest);
      if (preload) (await backends.use(row)).release();
    } catch (error) {
      log("warn", "A deployment does not start.", { slug: row.slug, error: String(error) });
      return observeDeployment(db, row, { observed: "FAILED", failure: failureOf(error) });
    }
    await observeDeployment(db, row, { observed: "READY", url });
  }

  async function pass(): Promise<void> {
    const rows = await listAllServed(db);
    const changed = rows.filter(({ id, generation }) => known.get(id)?.generation !== generation);
    for (const id of [...known.keys()]) {
      if (rows.some((row) => row.id === id)) continue;
      known.delete(id);
      backends.retire(id);
    }
    // After a start models wait for their first request; what is deployed while the gateway runs is loaded at once.
    const preload = !first;
    first = false;
    for (const row of changed) {
      await settle(row, preload);
      // Only now: should the database be away, the next pass does it again.
      known.set(row.id, row);
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
  };
}

function failureOf(error: unknown): { reason: string; values: Values } {
  if (error instanceof Failure) return { reason: error.reason, values: error.values };
  return {
    reason: "model-does-not-load",
    values: { detail: error instanceof Error ? error.message : String(error) },
  };
}
