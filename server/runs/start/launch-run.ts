/** From a graph to a run under way: examined, planned (so that each node knows why it runs), started. */
import { errorsOf } from "@/graph/checks/index";
import { applyOverrides } from "@/graph/overrides";
import type { Plan } from "@/graph/plan";
import { reasonSentence } from "@/messages/words";
import type { BlobStore } from "../../artifacts";
import type { Env } from "../../env";
import { type Examined, examineGraph } from "../../graphs/examine-graph";
import type { RunEngine } from "../commit/engine";
import { inputComparer } from "../forecast/compare-inputs";
import { forecastRun } from "../forecast/forecast-run";
import { type StartOutcome, type StartRun, startRun } from "./start-run";

export type LaunchRun = Omit<StartRun, "probes" | "files" | "why">;
type Settings = Pick<Env, "dataDirs" | "modelsDir" | "downloadsDir">;

export async function launchRun(engine: RunEngine, env: Settings, request: LaunchRun): Promise<StartOutcome> {
  const { examined, plan } = await planLaunch(engine, env, request);
  if (!plan) return { ok: false, problems: examined.problems };
  const why = Object.fromEntries(
    plan.nodes.map((node) => [node.id, node.reasons.map((r) => reasonSentence(r)).join(" ")]),
  );
  return startRun(engine, { ...request, probes: examined.probes, files: examined.files, why });
}

/** What `launchRun` would start. No plan where an error stands in the way. */
export async function planLaunch(
  engine: RunEngine,
  env: Settings,
  request: LaunchRun,
  /** To count how the rows of changed inputs differ. */
  store?: BlobStore,
): Promise<{ examined: Examined; plan?: Plan }> {
  // Unknown names are left to `startRun`, which refuses them.
  const { file } = applyOverrides(request.file, request.overrides ?? {});
  const { dataDirs = [], trustedPaths = [] } = request;
  const examined = await examineGraph(engine.catalogue, env, { file, dataDirs, trustedPaths });
  if (errorsOf(examined.problems).length) return { examined };
  const plan = await forecastRun(engine.pool, {
    file: examined.file,
    inferred: examined.inferred,
    catalogue: engine.catalogue,
    files: examined.files,
    teamId: request.teamId,
    graphId:
      "id" in request.graph
        ? request.graph.id
        : await graphOfPath(engine, request.teamId, request.graph.path),
    targets: request.targets ?? [],
    smoke: request.smoke ?? false,
    compareInputs: store && inputComparer(store),
    fingerprint: (definition, params) => engine.fingerprint?.(definition, params),
  });
  return { examined, plan };
}

async function graphOfPath(engine: RunEngine, teamId: string, path: string): Promise<string | undefined> {
  const { rows } = await engine.pool.query<{ id: string }>(
    'SELECT id FROM "Graph" WHERE "teamId" = $1 AND path = $2',
    [teamId, path],
  );
  return rows[0]?.id;
}
