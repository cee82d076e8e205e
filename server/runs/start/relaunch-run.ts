import { readGraph } from "@/graph/document";
import type { Env } from "../../env";
import { Refusal } from "../../errors";
import { examineGraph } from "../../graphs/examine-graph";
import type { Prisma } from "../../prisma";
import type { RunEngine } from "../commit/engine";
import { retryRun } from "./retry-run";
import type { StartOutcome, StartRun } from "./start-run";

type Relaunch = { teamId: string; runId: string } & Pick<StartRun, "userId" | "who">;

/** A retry with the facts and digests of its files read anew: without them the cache would not know its results. */
export async function relaunchRun(
  {
    engine,
    prisma,
    env,
  }: { engine: RunEngine; prisma: Prisma; env: Pick<Env, "dataDirs" | "modelsDir" | "downloadsDir"> },
  { teamId, runId, ...by }: Relaunch,
): Promise<StartOutcome> {
  const run = await prisma.run.findFirst({
    where: { id: runId, teamId },
    select: { dataDirs: true, trustedPaths: true, graphVersion: { select: { document: true } } },
  });
  if (!run) throw new Refusal("NOT_FOUND", "run-not-found");
  const { file, problems } = readGraph(run.graphVersion.document);
  if (!file) return { ok: false, problems };
  const { probes, files } = await examineGraph(engine.catalogue, env, { ...run, file });
  const outcome = await retryRun(engine, teamId, runId, { ...by, probes, files });
  if (!outcome) throw new Refusal("NOT_FOUND", "run-not-found");
  return outcome;
}
