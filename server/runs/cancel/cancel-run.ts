/** Asks for a run to stop. What waits stops at once; what runs is told, and is CANCELLED when its process is gone. */
import { commitChanges } from "../commit/commit-changes";
import type { RunEngine } from "../commit/engine";

/** False when the run is unknown to the team, over, or already being cancelled. */
export async function cancelRun(engine: RunEngine, teamId: string, runId: string): Promise<boolean> {
  const { rowCount } = await engine.pool.query('SELECT 1 FROM "Run" WHERE id = $1 AND "teamId" = $2', [
    runId,
    teamId,
  ]);
  if (!rowCount) return false;
  return (await commitChanges(engine, runId, [{ type: "cancel" }])).accepted[0] ?? false;
}
