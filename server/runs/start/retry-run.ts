/** A retry is a new run of the same graph version with the same overrides; the cache does the rest. */
import { readGraph } from "@/graph/read-graph";
import { Refusal } from "@/server/errors";
import type { RunEngine } from "../commit/engine";
import { type LaunchRun, launchRun } from "./launch-run";
import type { Settings } from "./prepare-run";
import type { StartOutcome } from "./record-run";

type RunRow = {
  graphId: string;
  document: unknown;
  targets: string[];
  overrides: NonNullable<LaunchRun["overrides"]>;
  smoke: boolean;
  dataDirs: string[];
  trustedPaths: string[];
  runGroupId: string | null;
};

export type RetryRun = { teamId: string; runId: string } & Pick<LaunchRun, "userId" | "who">;

/** @throws Refusal `run-not-found` when the team has no such run */
export async function retryRun(
  engine: RunEngine,
  settings: Settings,
  { teamId, runId, ...by }: RetryRun,
): Promise<StartOutcome> {
  const { rows } = await engine.pool.query<RunRow>(
    `SELECT r."graphId", v.document, r.targets, r.overrides, r.smoke, r."dataDirs", r."trustedPaths", r."runGroupId"
     FROM "Run" r JOIN "GraphVersion" v ON v.id = r."graphVersionId" WHERE r.id = $1 AND r."teamId" = $2`,
    [runId, teamId],
  );
  const run = rows[0];
  if (!run) throw new Refusal("NOT_FOUND", "run-not-found");
  const { file, problems } = readGraph(run.document);
  if (!file) return { ok: false, problems };
  const { graphId, runGroupId, targets, overrides, smoke, dataDirs, trustedPaths } = run;
  return launchRun(engine, settings, {
    ...by,
    ...{ teamId, file, targets, overrides, smoke, dataDirs, trustedPaths },
    graph: { id: graphId },
    trigger: "retry",
    retryOfId: runId,
    ...(runGroupId ? { runGroupId } : {}),
  });
}
