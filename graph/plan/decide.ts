/** What a node will do as far as its parents' results are known, and under which key its own would be found. */
import { type CacheKeyParts, cacheKeyText } from "../cache-key";
import { calibrate } from "../calibrate";
import type { AnyNode, Estimate, Resources } from "../define-node";
import { diffParams } from "../diff";
import type { GraphFile, GraphNode } from "../document";
import { bypassSource } from "../infer";
import type { OutputView } from "../run-view";
import { smokeResources } from "../smoke";
import { wiresInto } from "../topology";
import type { Known, PlanAction, PlanContext, PlanEntry, Reason } from "./plan";
import { planParams, whyRun } from "./why-run";

export const nothing: Estimate = { seconds: 0, memoryBytes: 0, diskBytes: 0, wattHours: 0 };

export const parentsOf = (graph: Pick<GraphFile, "wires">, id: string) =>
  wiresInto(graph, id).map(({ from }) => from.node);

export type Decision = { entry: PlanEntry; key?: string; inputs: Record<string, OutputView> };

export function decide(
  ctx: PlanContext,
  graph: GraphFile,
  node: GraphNode,
  idle: ReadonlySet<string>,
  entries: ReadonlyMap<string, PlanEntry>,
  known: ReadonlyMap<string, Known>,
): Decision {
  const definition = ctx.catalogue[node.kind]!;
  const params = planParams(ctx, node, definition);
  const types = ctx.inferred.inputs[node.id] ?? {};
  const sized = params ?? {};
  const inputs: Record<string, OutputView> = {};
  for (const { from, to } of wiresInto(graph, node.id)) {
    const output = known.get(from.node)?.[from.port];
    if (output) inputs[to.slot === undefined ? to.port : `${to.port}[${to.slot}]`] = output;
  }
  // What results say of themselves goes before what was inferred.
  const exact = Object.fromEntries(
    Object.entries(inputs).map(([port, { facts }]) => [port, { ...types[port], ...facts }]),
  );
  const { estimate, from } = calibrate(
    params ? definition.estimate(sized, { ...types, ...exact }) : nothing,
    ctx.past?.[node.kind] ?? [],
  );
  const resources: Resources = params
    ? definition.resources(sized, types)
    : { threads: 1, memoryBytes: 0, device: "cpu" };
  const entry: PlanEntry = {
    id: node.id,
    kind: node.kind,
    action: "run",
    reasons: [],
    estimate,
    estimatedFrom: from,
    resources: ctx.smoke ? smokeResources(resources, definition) : resources,
  };
  const stop = (action: PlanAction, reason: Reason, outputs?: Known): Decision => ({
    entry: { ...entry, action, reasons: [reason], ...(outputs ? { outputs } : {}) },
    inputs,
  });
  if (idle.has(node.id)) return stop("skip", { code: "muted" });
  if (parentsOf(graph, node.id).some((p) => entries.get(p)?.action === "skip"))
    return stop("skip", { code: "side-effect" });
  if (node.state === "frozen" && node.frozen)
    return stop("frozen", { code: "frozen" }, frozenOutputs(node, definition));
  if (definition.sideEffect && ctx.smoke && sized.automatic !== true)
    return stop("skip", { code: "side-effect" });
  const unknown = parentsOf(graph, node.id).filter((p) => !known.has(p));
  if (unknown.length) {
    const depends = stop("depends", { code: "upstream", nodes: [...new Set(unknown)].sort() });
    const last = ctx.last[node.id];
    const same =
      last && unknown.every((p) => entries.get(p)?.unchanged) && !diffParams(last.params, sized).length;
    return same ? { ...depends, entry: { ...depends.entry, unchanged: true } } : depends;
  }
  if (node.state === "bypassed") return stop("bypass", { code: "bypassed" }, bypassed(definition, inputs));
  if (definition.cache === "never") {
    const changes = whyRun(ctx, node, inputs, undefined).filter(({ code }) => code !== "machine");
    const reasons: Reason[] = [{ code: "not-cacheable" }, ...changes];
    return { entry: { ...entry, reasons, ...(changes.length ? {} : { unchanged: true as const }) }, inputs };
  }
  return {
    entry,
    inputs,
    key: ctx.hash(cacheKeyText(keyParts(ctx, node, definition, params ?? {}, inputs))),
  };
}

function keyParts(
  ctx: PlanContext,
  node: GraphNode,
  definition: AnyNode,
  params: Record<string, unknown>,
  inputs: Record<string, OutputView>,
): CacheKeyParts {
  const files = ctx.files[node.id];
  const fingerprint = definition.fingerprint && ctx.fingerprint?.(definition, params);
  return {
    team: ctx.team,
    kind: node.kind,
    version: definition.version,
    codeVersion: definition.codeVersion,
    params,
    inputs: Object.fromEntries(Object.entries(inputs).map(([port, { digest }]) => [port, digest])),
    ...(files ? { files } : {}),
    ...(fingerprint ? { fingerprint } : {}),
  };
}

function frozenOutputs(node: GraphNode, definition: AnyNode): Known {
  return Object.fromEntries(
    Object.entries(node.frozen ?? {}).flatMap(([port, digest]) => {
      const type = definition.outputs[port]?.type;
      return type ? [[port, { type, digest, facts: { type } as OutputView["facts"] }]] : [];
    }),
  );
}

function bypassed(definition: AnyNode, inputs: Record<string, OutputView>): Known {
  return Object.fromEntries(
    Object.keys(definition.outputs).flatMap((port) => {
      const source = inputs[bypassSource(definition, port) ?? ""];
      return source ? [[port, source]] : [];
    }),
  );
}
