/**
 * What a graph will do, fixed before it is forecast or started: nodes in order, where each input comes from, which state
 * leaves it out, where training lands. Pure; forecast and run read the same plan.
 */
import { skipped } from "../checks/index";
import type { AnyNode, Catalogue, Resources } from "../define-node";
import type { GraphFile, GraphNode } from "../document";
import { bypassSource, type Inferred } from "../infer";
import { type Placed, type Placement, type PlacementMachine, placeNode } from "../placement";
import { smokeParams, smokeResources } from "../smoke";
import { subgraph, wiresInto } from "../topology";
import type { NoTrainer, TrainerReason } from "../trainers";
import * as limits from "./limits";
import type { Reason } from "./reason";

export type InputSource = { port: string; slot: string; list: boolean; node: string; output: string };

/** `why` is absent where no machine that is up can train it; `others` then says why not. */
export type PlacedReasons = { why?: TrainerReason; others: TrainerReason[] };

export type PlannedNode = {
  id: string;
  kind: string;
  title?: string;
  version: number;
  codeVersion: number;
  params: Record<string, unknown>;
  /** Digests of the files that parameters name. */
  files?: Record<string, string>;
  inputs: InputSource[];
  cache: "content" | "never";
  /** Where it trains: part of the cache key, and checked by the worker. */
  placement?: Placement;
  placed?: PlacedReasons;
  isolate?: true;
  resources: Resources;
  deadlineMs: number;
} & (
  | { action: "run" }
  | { action: "skip"; reason: Reason }
  | { action: "frozen"; outputs: Record<string, string> }
  /** Output port → input port whose artifact it passes on. */
  | { action: "bypass"; through: Record<string, string> }
);

/** In topological order. */
export type ExecutionPlan = { nodes: PlannedNode[] };

export type PlanInput = {
  file: GraphFile;
  inferred: Inferred;
  catalogue: Catalogue;
  targets: readonly string[];
  smoke: boolean;
  files: Readonly<Record<string, Record<string, string>>>;
  /** Those that are up, or this one where none is. */
  machines: readonly PlacementMachine[];
  /** Of every node, in place of what its estimate gives. */
  deadlineMs?: number | undefined;
};

export function makeExecutionPlan(input: PlanInput): ExecutionPlan {
  const graph = subgraph(input.file, input.targets);
  const muted = skipped(graph);
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));
  const nodes: PlannedNode[] = [];
  const left = new Set<string>();
  for (const id of input.inferred.order) {
    const node = byId.get(id);
    if (!node) continue;
    const planned = planNode(input, graph, node, muted, left);
    if (planned.action === "skip") left.add(id);
    nodes.push(planned);
  }
  return { nodes };
}

function planNode(
  { inferred, catalogue, smoke, files, machines, deadlineMs }: PlanInput,
  graph: GraphFile,
  node: GraphNode,
  muted: ReadonlySet<string>,
  left: ReadonlySet<string>,
): PlannedNode {
  const definition = catalogue[node.kind]!;
  const given = inferred.params[node.id] ?? {};
  const params = smoke ? smokeParams(given, definition) : given;
  const types = inferred.inputs[node.id] ?? {};
  const placed = placeNode(definition, params, types, machines);
  const placement = placed && "placement" in placed ? placed.placement : undefined;
  const resources = definition.resources(params, types, placement);
  const inputs = sources(graph, node, definition);
  const base = {
    id: node.id,
    kind: node.kind,
    ...(node.title ? { title: node.title } : {}),
    version: definition.version,
    codeVersion: definition.codeVersion,
    params,
    ...(files[node.id] ? { files: files[node.id]! } : {}),
    inputs,
    cache: definition.cache,
    ...(placement ? { placement } : {}),
    ...(placed ? { placed: reasonsOf(placed) } : {}),
    ...(definition.isolate ? { isolate: true as const } : {}),
    resources: smoke ? smokeResources(resources, definition) : resources,
    deadlineMs:
      deadlineMs ??
      Math.max(
        limits.deadlineFloorMs,
        Math.ceil(definition.estimate(params, types, placement).seconds * 1000 * limits.deadlineFactor),
      ),
  };
  if (muted.has(node.id))
    return {
      ...base,
      action: "skip",
      reason: { code: node.state === "muted" ? "muted" : "needs-muted" },
    };
  if (inputs.some((input) => left.has(input.node)))
    return { ...base, action: "skip", reason: { code: "needs-left-out" } };
  if (node.state === "frozen" && node.frozen) return { ...base, action: "frozen", outputs: node.frozen };
  if (definition.sideEffect && smoke && params.automatic !== true)
    return { ...base, action: "skip", reason: { code: "side-effect" } };
  if (node.state === "bypassed") return { ...base, action: "bypass", through: passThrough(definition) };
  return { ...base, action: "run" };
}

const reasonsOf = (placed: Placed | NoTrainer): PlacedReasons =>
  "placement" in placed
    ? { why: placed.choice.why, others: placed.choice.others }
    : { others: placed.others };

function sources(graph: GraphFile, node: GraphNode, definition: AnyNode): InputSource[] {
  return wiresInto(graph, node.id).map(({ from, to }) => {
    const list = definition.inputs[to.port]?.list === true;
    const slot = to.slot ?? (list ? "1" : "");
    return { port: to.port, slot, list, node: from.node, output: from.port };
  });
}

function passThrough(definition: AnyNode): Record<string, string> {
  return Object.fromEntries(
    Object.entries(definition.outputs).flatMap(([output, { secondary }]) => {
      // A ledger or a report is made by the node: nothing of its input stands for it.
      const source = secondary ? undefined : bypassSource(definition, output);
      return source ? [[output, source]] : [];
    }),
  );
}

/** Nodes whose outputs a node needs. */
export const parentsOf = (node: PlannedNode): string[] => [
  ...new Set(node.inputs.map((input) => input.node)),
];

type PlanIndex = {
  plans: ReadonlyMap<string, PlannedNode>;
  children: ReadonlyMap<string, readonly string[]>;
};
const indexes = new WeakMap<ExecutionPlan, PlanIndex>();

/** Nodes by id and what lies directly below each; made once for a plan, which never changes. */
export function indexPlan(plan: ExecutionPlan): PlanIndex {
  const made = indexes.get(plan);
  if (made) return made;
  const children = new Map<string, string[]>(plan.nodes.map(({ id }) => [id, []]));
  for (const node of plan.nodes) for (const parent of parentsOf(node)) children.get(parent)?.push(node.id);
  const index = { plans: new Map(plan.nodes.map((node) => [node.id, node])), children };
  indexes.set(plan, index);
  return index;
}
