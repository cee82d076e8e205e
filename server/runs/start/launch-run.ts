/** From a graph to a run under way: prepared, forecast (so that each node knows why it runs), recorded. */
import type { Plan } from "@/graph/plan";
import type { Problem } from "@/graph/problems";
import type { BlobStore } from "@/server/artifacts";
import type { RunEngine } from "../commit/engine";
import { inputComparer } from "../forecast/compare-inputs";
import { forecastRun } from "../forecast/forecast-run";
import { type Prepared, prepareRun, type RunRequest, type Settings } from "./prepare-run";
import { type RecordRun, recordRun, type StartOutcome } from "./record-run";

export type LaunchRun = RunRequest & Omit<RecordRun, "prepared" | "reasons" | "expected">;

export async function launchRun(
  engine: RunEngine,
  settings: Settings,
  request: LaunchRun,
): Promise<StartOutcome> {
  const { prepared, forecast } = await forecastLaunch(engine, settings, request);
  if (!prepared.ok) return { ok: false, problems: prepared.problems };
  const reasons = new Map(forecast.nodes.map((node) => [node.id, node.reasons]));
  const expected = new Map(
    forecast.nodes
      .filter(({ action }) => action === "run" || action === "depends")
      .map(({ id, estimate }) => [id, estimate.seconds]),
  );
  return recordRun(engine, { ...request, prepared, reasons, expected });
}

export type ForecastRequest = RunRequest & Pick<RecordRun, "teamId" | "graph">;
export type LaunchForecast = { prepared: Prepared; problems: Problem[]; forecast: Plan };

/** What `launchRun` would start; where an error stands in the way, what it would do with the nodes it does not concern. */
export async function forecastLaunch(
  engine: RunEngine,
  settings: Settings,
  request: ForecastRequest,
  /** To count how the rows of changed inputs differ. */
  store?: BlobStore,
): Promise<LaunchForecast> {
  const prepared = await prepareRun(engine, settings, request);
  const { problems } = prepared;
  const { teamId, graph, smoke = false } = request;
  const forecast = await forecastRun(engine.pool, {
    plan: prepared.plan,
    inputs: prepared.examined.inferred.inputs,
    types: prepared.examined.inferred.types,
    catalogue: engine.catalogue,
    teamId,
    graphId: "id" in graph ? graph.id : await graphOfPath(engine, teamId, graph.path),
    smoke,
    compareInputs: store && inputComparer(store),
  });
  return { prepared, problems, forecast };
}

async function graphOfPath(engine: RunEngine, teamId: string, path: string): Promise<string | undefined> {
  const { rows } = await engine.pool.query<{ id: string }>(
    'SELECT id FROM "Graph" WHERE "teamId" = $1 AND path = $2',
    [teamId, path],
  );
  return rows[0]?.id;
}
