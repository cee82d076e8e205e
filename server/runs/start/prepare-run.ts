/**
 * From a graph to what a run of it would do: overrides applied, files looked at, checked, and planned for the machines that
 * are up. A forecast shows this; a start records it.
 */
import { errorsOf } from "@/graph/checks/index";
import type { GraphFile } from "@/graph/document";
import { applyOverrides, type Overrides } from "@/graph/overrides";
import { type ExecutionPlan, makeExecutionPlan, type PlannedNode } from "@/graph/plan/execution-plan";
import { type Problem, problem } from "@/graph/problems";
import { shownValues } from "@/graph/trainers";
import type { Env } from "@/server/env";
import { type Examined, examineGraph } from "@/server/graphs/examine-graph";
import type { RunEngine } from "../commit/engine";
import { readMachines } from "./read-machines";

export type Settings = Pick<Env, "dataDirs" | "modelsDir" | "downloadsDir">;

export type RunRequest = {
  /** As a person wrote it: it is what is kept as the graph's version. */
  file: GraphFile;
  /** Node ids; the run covers their ancestors. Empty or absent: all. */
  targets?: readonly string[];
  /** `node.param` → value, for this run alone. */
  overrides?: Overrides;
  smoke?: boolean;
  /** Folders that paths may point below, beside those of the installation. */
  dataDirs?: readonly string[];
  trustedPaths?: readonly string[];
};

export type Prepared = { examined: Examined; problems: Problem[] } & (
  | { ok: true; plan: ExecutionPlan }
  /** An error among the problems stands in the way. */
  | { ok: false }
);

export async function prepareRun(
  engine: RunEngine,
  settings: Settings,
  request: RunRequest,
): Promise<Prepared> {
  const { dataDirs = [], trustedPaths = [], targets = [], smoke = false } = request;
  const overridden = applyOverrides(request.file, request.overrides ?? {});
  const [examined, machines] = await Promise.all([
    examineGraph(engine.catalogue, settings, { file: overridden.file, dataDirs, trustedPaths }),
    readMachines(engine),
  ]);
  const problems = [...overridden.problems, ...examined.problems, ...unknownTargets(request.file, targets)];
  if (errorsOf(problems).length) return { ok: false, examined, problems };
  const { file, inferred, files } = examined;
  const { catalogue } = engine;
  const plan = makeExecutionPlan({ file, inferred, catalogue, targets, smoke, files, machines });
  const homeless = plan.nodes.flatMap(unplaced);
  if (homeless.length) return { ok: false, examined, problems: [...problems, ...homeless] };
  return { ok: true, examined, problems, plan };
}

/** Trained without a placement its result would stand under a key that names no engine. */
function unplaced({ id, action, placement, placed }: PlannedNode): Problem[] {
  if (action !== "run" || placement || !placed) return [];
  const small = placed.others.find(({ code }) => code === "heap" || code === "vram");
  const values = small ?? placed.others[0];
  return [
    problem(
      small ? "trainer-too-small" : "trainer-none",
      { node: id },
      values ? shownValues(values, (name) => name) : {},
    ),
  ];
}

function unknownTargets({ nodes }: GraphFile, targets: readonly string[]): Problem[] {
  const known = nodes.map((node) => node.id).sort();
  return targets
    .filter((target) => !known.includes(target))
    .map((node) => problem("target-unknown", {}, { node, nodes: known.join(", ") }));
}
