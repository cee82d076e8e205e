/** One gateway's observations: written when they change, under a lease that it renews while it lives. */
import { randomUUID } from "node:crypto";
import { jsonParam } from "@/server/storable";
import type { Queryable } from "../db";
import type { SeenFailure } from "./observed-of";
import type { DeploymentStatus, Served } from "./served";

/** Three renewals may be missed before a gateway counts as gone. */
export const OBSERVATION = { leaseMs: 15_000, renewMs: 4_000, forgetHours: 24 } as const;

export type Observer = {
  note(row: Pick<Served, "id" | "generation">, state: DeploymentStatus, failure?: SeenFailure): void;
  forget(id: string): void;
  /** Resolves when all that was noted is written. */
  flush(): Promise<void>;
  /** Ends the lease: nobody stands behind the observations any more. */
  close(): Promise<void>;
};

type Note = {
  generation: number;
  state: DeploymentStatus;
  failure: SeenFailure | undefined;
  written: boolean;
};

export type ObserverOptions = {
  db: Queryable;
  url: string;
  onError(error: unknown): void;
  gatewayId?: string;
  leaseMs?: number;
  renewMs?: number;
};

export function createObserver({
  db,
  url,
  onError,
  gatewayId = randomUUID(),
  leaseMs = OBSERVATION.leaseMs,
  renewMs = OBSERVATION.renewMs,
}: ObserverOptions): Observer {
  const notes = new Map<string, Note>();
  let writing: Promise<void> = Promise.resolve();
  let closed = false;

  /** In order, and again until it succeeds: the latest note of a deployment is what counts. */
  async function writeAll(): Promise<void> {
    for (const [id, note] of notes) {
      if (note.written || closed) continue;
      // Set before: a note that comes while this one is written has a turn of its own.
      note.written = true;
      try {
        await write(id, note);
      } catch (error) {
        note.written = false;
        throw error;
      }
    }
  }

  async function write(id: string, { generation, state, failure }: Note): Promise<void> {
    await db.query({
      name: "observe-deployment",
      text: `INSERT INTO "DeploymentObservation" ("deploymentId", "gatewayId", generation, state, detail, url, "observedAt", "leaseUntil")
             SELECT d.id, $2, $3, $4::"DeploymentState", $5::jsonb, $6, now(), now() + $7 * interval '1 ms'
             FROM "Deployment" d WHERE d.id = $1
             ON CONFLICT ("deploymentId", "gatewayId") DO UPDATE SET generation = excluded.generation, state = excluded.state,
               detail = excluded.detail, url = excluded.url, "observedAt" = now(), "leaseUntil" = excluded."leaseUntil"`,
      values: [id, gatewayId, generation, state, failure ? jsonParam(failure) : null, url, leaseMs],
    });
  }

  const flush = () => {
    writing = writing.then(writeAll).catch(onError);
    return writing;
  };

  const renew = () => {
    writing = writing
      .then(async () => {
        await writeAll();
        if (closed) return;
        await db.query({
          name: "renew-observations",
          text: `UPDATE "DeploymentObservation" SET "leaseUntil" = now() + $2 * interval '1 ms' WHERE "gatewayId" = $1`,
          values: [gatewayId, leaseMs],
        });
      })
      .catch(onError);
  };
  const timer = setInterval(renew, renewMs);
  void db
    .query(`DELETE FROM "DeploymentObservation" WHERE "leaseUntil" < now() - $1 * interval '1 hour'`, [
      OBSERVATION.forgetHours,
    ])
    .catch(onError);

  return {
    note({ id, generation }, state, failure) {
      if (closed) return;
      notes.set(id, { generation, state, failure, written: false });
      void flush();
    },
    forget(id) {
      notes.delete(id);
    },
    flush,
    async close() {
      clearInterval(timer);
      closed = true;
      await writing;
      await db
        .query(`UPDATE "DeploymentObservation" SET "leaseUntil" = now() WHERE "gatewayId" = $1`, [gatewayId])
        .catch(onError);
    },
  };
}

/** Deployments that the gateway which looked last could not start, as they are wanted now. */
export async function failedBefore(db: Queryable): Promise<Set<string>> {
  const { rows } = await db.query<{ id: string }>(
    `SELECT DISTINCT ON (o."deploymentId") o."deploymentId" AS id, o.state = 'FAILED' AND o.generation = d.generation AS failed
     FROM "DeploymentObservation" o JOIN "Deployment" d ON d.id = o."deploymentId"
     ORDER BY o."deploymentId", o."observedAt" DESC`,
  );
  return new Set(
    (rows as { id: string; failed: boolean }[]).flatMap(({ id, failed }) => (failed ? [id] : [])),
  );
}
