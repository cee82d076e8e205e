/** What a node will do as far as its parents' results are known, and under which key its own would be found. */
import { calibrate } from "../calibrate";
import type { AnyNode } from "../define-node";
import { diffParams } from "../diff";
import type { OutputView } from "../run-view";
import { runtimeOf } from "../runtime";
import { type PlannedNode, parentsOf } from "./execution-plan";
import { inputName, inputsOf, nodeKeyText } from "./node-key";
import type { Known, PlanAction, PlanContext, PlanEntry, Reason } from "./plan";
import { whyRun } from "./why-run";

export type Decision = { entry: PlanEntry; key?: string; inputs: Record<string, OutputView> };

export function decide(
  ctx: PlanContext,
  node: PlannedNode,
  entries: ReadonlyMap<string, PlanEntry>,
  known: ReadonlyMap<string, Known>,
): Decision {
  const definition = ctx.catalogue[node.kind]!;
  const arriving = inputsOf(node, (id) => known.get(id));
  const inputs = Object.fromEntries(arriving.map((input) => [inputName(input), input.artifact]));
  const entry = entryOf(ctx, node, definition, inputs);
  const stop = (action: PlanAction, reason: Reason, outputs?: Known): Decision => ({
    entry: { ...entry, action, reasons: [reason], ...(outputs ? { outputs } : {}) },
    inputs,
  });
  if (node.action === "skip") return stop("skip", node.reason);
  if (node.action === "frozen")
    return stop("frozen", { code: "frozen" }, frozenOutputs(node.outputs, definition));
  const unknown = parentsOf(node).filter((parent) => !known.has(parent));
  if (unknown.length) {
    const depends = stop("depends", { code: "upstream", nodes: unknown.sort() });
    const last = ctx.last[node.id];
    const same =
      last &&
      !last.smokeOnly &&
      unknown.every((parent) => entries.get(parent)?.unchanged) &&
      !diffParams(last.params, node.params).length;
    return same ? { ...depends, entry: { ...depends.entry, unchanged: true } } : depends;
  }
  if (node.action === "bypass") return stop("bypass", { code: "bypassed" }, passedOn(node.through, inputs));
  if (node.cache === "never") {
    const changes = whyRun(ctx, node, inputs, undefined).filter(({ code }) => code !== "machine");
    const reasons: Reason[] = [{ code: "not-cacheable" }, ...changes];
    return { entry: { ...entry, reasons, ...(changes.length ? {} : { unchanged: true as const }) }, inputs };
  }
  return { entry, inputs, key: ctx.hash(nodeKeyText(ctx.team, node, arriving)) };
}

function entryOf(
  ctx: PlanContext,
  node: PlannedNode,
  definition: AnyNode,
  inputs: Record<string, OutputView>,
): PlanEntry {
  const { id, kind, params, resources, deadlineMs, placement, placed } = node;
  const types = ctx.inputs[id] ?? {};
  // What results say of themselves goes before what was inferred.
  const exact = Object.fromEntries(
    Object.entries(inputs).map(([port, { facts }]) => [port, { ...types[port], ...facts }]),
  );
  const given = { ...types, ...exact };
  const { estimate, from } = calibrate(definition.estimate(params, given, placement), ctx.past?.[kind] ?? []);
  return {
    ...{ id, kind, action: "run", reasons: [], estimate, estimatedFrom: from, resources, deadlineMs },
    runtime: runtimeOf(definition, params, given),
    ...(placement ? { placement } : {}),
    ...(placed ? { placed } : {}),
  };
}

function frozenOutputs(digests: Record<string, string>, definition: AnyNode): Known {
  return Object.fromEntries(
    Object.entries(digests).flatMap(([port, digest]) => {
      const type = definition.outputs[port]?.type;
      return type ? [[port, { type, digest, facts: { type } as OutputView["facts"] }]] : [];
    }),
  );
}

function passedOn(through: Record<string, string>, inputs: Record<string, OutputView>): Known {
  return Object.fromEntries(
    Object.entries(through).flatMap(([output, port]) => (inputs[port] ? [[output, inputs[port]]] : [])),
  );
}
