/** A retry is a new run of the same graph version with the same overrides; the cache does the rest. */
import { readGraph } from "@/graph/document";
import type { RunEngine } from "../commit/engine";
import { type StartOutcome, type StartRun, startRun } from "./start-run";

type RunRow = {
  graphId: string;
  document: unknown;
  targets: string[];
  overrides: NonNullable<StartRun["overrides"]>;
  smoke: boolean;
  dataDirs: string[];
  trustedPaths: string[];
  runGroupId: string | null;
};

/** Undefined when the team has no such run. */
export async function retryRun(
  engine: RunEngine,
  teamId: string,
  runId: string,
  by: Pick<StartRun, "userId" | "who" | "probes" | "files" | "why"> = {},
): Promise<StartOutcome | undefined> {
  const { rows } = await engine.pool.query<RunRow>(
    `SELECT r."graphId", v.document, r.targets, r.overrides, r.smoke, r."dataDirs", r."trustedPaths", r."runGroupId"
     FROM "Run" r JOIN "GraphVersion" v ON v.id = r."graphVersionId" WHERE r.id = $1 AND r."teamId" = $2`,
    [runId, teamId],
  );
  const run = rows[0];
  if (!run) return undefined;
  const { file, problems } = readGraph(run.document);
  if (!file) return { ok: false, problems };
  return startRun(engine, {
    ...by,
    teamId,
    graph: { id: run.graphId },
    file,
    trigger: "retry",
    targets: run.targets,
    overrides: run.overrides,
    smoke: run.smoke,
    dataDirs: run.dataDirs,
    trustedPaths: run.trustedPaths,
    retryOfId: runId,
    ...(run.runGroupId ? { runGroupId: run.runGroupId } : {}),
  });
}
