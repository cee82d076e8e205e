/** A run needs a worker from its start to its end: that of a Telar which is running, or one of its own. */
import { hostname } from "node:os";
import { isConnectionError, type Pool } from "@/server/db";
import type { Env } from "@/server/env";
import { startSystem } from "@/server/supervisor/index";
import { isAlive } from "@/server/worker/registry";
import { say } from "./output";

/** Three heartbeats: a worker that was seen within this time is there, unless its process on this machine is gone. */
const SEEN = "10 seconds";
/** Another Telar may stop meanwhile: how often that is looked for. */
const WATCH_MS = 3_000;

/** Resolves when a worker is there. The returned function stops the one that was started here, if any. */
export async function keepWorker(env: Env, pool: Pool): Promise<() => Promise<void>> {
  let stop: (() => Promise<void>) | undefined;
  let done = false;
  const ensure = async () => {
    if (done || stop || (await hasWorker(pool))) return;
    ({ stop } = await startSystem({ env, parts: ["worker"], log: (message) => say(message) }));
  };
  await ensure();
  let busy: Promise<void> = Promise.resolve();
  let idle = true;
  const watch = setInterval(() => {
    if (!idle) return;
    idle = false;
    busy = ensure()
      .catch((error) => {
        if (!isConnectionError(error)) say((error as Error).message);
      })
      .finally(() => {
        idle = true;
      });
  }, WATCH_MS);
  return async () => {
    clearInterval(watch);
    done = true;
    await busy;
    await stop?.();
  };
}

async function hasWorker(pool: Pool): Promise<boolean> {
  const { rows } = await pool.query<{ host: string; pid: number }>(
    `SELECT host, pid FROM "Worker" WHERE "stoppedAt" IS NULL AND "seenAt" > now() - interval '${SEEN}'`,
  );
  return rows.some(({ host, pid }) => host !== hostname() || isAlive(pid));
}
