/**
 * The server ends by itself when all who used it are gone, killed ones too. A session inside the server looks: it lives
 * exactly as long as the server does, and needs no process that could be killed alone.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import * as limits from "./limits";

const WATCHER = "telar-watcher";

/** Two looks in a row find nobody; then the server is asked for a fast shutdown while the lock keeps newcomers waiting. */
const script = (keeper: string, lock: number) => `DO $watch$
DECLARE
  alone int := 0;
BEGIN
  LOOP
    PERFORM pg_sleep(${limits.lookForUsersMs / 1000});
    IF EXISTS (SELECT 1 FROM pg_stat_activity WHERE application_name = '${keeper}') THEN
      alone := 0;
    ELSE
      alone := alone + 1;
    END IF;
    IF alone >= 2 THEN
      PERFORM pg_advisory_lock(${lock});
      COMMIT;
      IF NOT EXISTS (SELECT 1 FROM pg_stat_activity WHERE application_name = '${keeper}') THEN
        EXECUTE format('COPY (SELECT 1) TO PROGRAM %L', 'read pid rest < postmaster.pid; kill -INT $pid');
        PERFORM pg_sleep(60);
      END IF;
      PERFORM pg_advisory_unlock(${lock});
      alone := 0;
    END IF;
    -- Frees what the look has seen, so that old rows can be cleaned up.
    COMMIT;
  END LOOP;
END
$watch$`;

/**
 * Called with `lock` held by `keeper`'s connection, so that of several only one starts it.
 * @param connect a new connection to the same server
 */
export async function endWhenLeft(
  keeper: pg.Client,
  { name, lock }: { name: string; lock: number },
  connect: (applicationName: string) => pg.Client,
): Promise<void> {
  const runs = async () =>
    (await keeper.query("SELECT 1 FROM pg_stat_activity WHERE application_name = $1", [WATCHER])).rowCount;
  if (await runs()) return;
  const session = connect(WATCHER);
  session.on("error", () => {});
  await session.connect();
  session.query(script(name, lock)).catch(() => {});
  const begun = () =>
    keeper.query("SELECT 1 FROM pg_stat_activity WHERE application_name = $1 AND state = 'active'", [
      WATCHER,
    ]);
  while (!(await begun()).rowCount) await sleep(limits.pollMs);
  // The session goes on in the server without this end of it.
  (session as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
}
