/**
 * From a graph to what a run of it would do: overrides applied, files looked at, checked, and planned for the machines that
 * are up. A forecast shows this; a start records it.
 */
import { errorsOf } from "@/graph/checks/index";
import { soundNodes } from "@/graph/checks/sound-nodes";
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
  /** How long an attempt of any node may take, in place of what estimates give. */
  deadlineMs?: number | undefined;
  /** Folders that paths may point below, beside those of the installation. */
  dataDirs?: readonly string[];
  trustedPaths?: readonly string[];
};

/** Not `ok`: an error among the problems stands in the way of a run. */
export type Prepared = ({ ok: true } | { ok: false }) & {
  examined: Examined;
  problems: Problem[];
  /** Where an error stands in the way: of the nodes that it does not concern. */
  plan: ExecutionPlan;
};

export async function prepareRun(
  engine: RunEngine,
  settings: Settings,
  request: RunRequest,
): Promise<Prepared> {
  const { dataDirs = [], trustedPaths = [], targets = [], smoke = false, deadlineMs } = request;
  const overridden = applyOverrides(request.file, request.overrides ?? {});
  const [examined, machines] = await Promise.all([
    examineGraph(engine.catalogue, settings, { file: overridden.file, dataDirs, trustedPaths }),
    readMachines(engine),
  ]);
  const problems = [...overridden.problems, ...examined.problems, ...unknownTargets(request.file, targets)];
  const { file, inferred, files } = examined;
  const { catalogue } = engine;
  const planOf = (targets: readonly string[]) =>
    makeExecutionPlan({ file, inferred, catalogue, targets, smoke, files, machines, deadlineMs });
  const refused = (problems: Problem[]): Prepared => {
    const sound = soundNodes(file, inferred.order, errorsOf(problems));
    return { ok: false, examined, problems, plan: sound.length ? planOf(sound) : { nodes: [] } };
  };
  if (errorsOf(problems).length) return refused(problems);
  const plan = planOf(targets);
  const homeless = plan.nodes.flatMap(unplaced);
  if (homeless.length) return refused([...problems, ...homeless]);
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
  const known = new Set(nodes.map((node) => node.id));
  const names = [...known].sort().slice(0, 50).join(", ");
  return targets
    .filter((target) => !known.has(target))
    .map((node) => problem("target-unknown", {}, { node, nodes: names }));
}
