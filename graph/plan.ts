/** Before a run: what each node will do, and exactly why. Pure but for the cache look-up that is handed in. */

import { type CacheKeyParts, cacheKeyText } from "./cache-key";
import { calibrate, type PastAttempt } from "./calibrate";
import { skipped } from "./checks/index";
import type { AnyNode, Catalogue, Estimate, Resources } from "./define-node";
import { diffParams } from "./diff";
import type { GraphFile, GraphNode } from "./document";
import { bypassSource, type Inferred } from "./infer";
import type { OutputView } from "./run-view";
import { subgraph, wiresInto } from "./topology";

/** One exact difference to the node's last success, or another reason to run. */
export type Reason =
  | { code: "never-ran" }
  | { code: "param"; param: string; before: string; after: string }
  /** `rows`: by their ids, where both tables are there to be compared. */
  | { code: "input"; port: string; rowsBefore?: number; rowsAfter?: number; rows?: RowChanges }
  | { code: "file"; param: string }
  | { code: "code"; before: number; after: number }
  | { code: "machine" }
  | { code: "not-cacheable" }
  | { code: "result-gone" }
  | { code: "upstream"; nodes: string[] }
  | { code: "muted" }
  | { code: "bypassed" }
  | { code: "frozen" }
  | { code: "side-effect" };

export type PlanAction = "cached" | "run" | "depends" | "skip" | "frozen" | "bypass";
export type PlanEntry = {
  id: string;
  kind: string;
  action: PlanAction;
  reasons: Reason[];
  /** It will run, but only because it (or what it needs) always does: its last result still stands. */
  unchanged?: true;
  /** Number of the run whose result is reused. */
  run?: number;
  outputs?: Record<string, OutputView>;
  cacheKey?: string;
  estimate: Estimate;
  /** How many earlier attempts on this installation corrected the estimate. */
  estimatedFrom: number;
  resources: Resources;
};
export type Plan = {
  nodes: PlanEntry[];
  /** Sums over the nodes that will or may run; `memoryBytes` is the largest. */
  total: Estimate;
  counts: Record<PlanAction, number>;
};

export type CacheHit = { run: number; outputs: Record<string, OutputView> };
/** A node's last success in this graph. */
export type LastSuccess = {
  run: number;
  cacheKey?: string;
  version: number;
  codeVersion: number;
  params: Record<string, unknown>;
  inputs: Record<string, { digest: string; rows?: number }>;
  files?: Record<string, string>;
  fingerprint?: string;
};

export type RowChanges = { added: number; removed: number; changed: number };
/** Of two datasets, by their digests; undefined when they cannot be compared at little cost. */
export type CompareInputs = (before: string, after: string) => Promise<RowChanges | undefined>;

export type PlanContext = {
  file: GraphFile;
  inferred: Inferred;
  catalogue: Catalogue;
  team: string;
  targets?: readonly string[];
  smoke?: boolean;
  /** SHA-256 of a text, as `sha256:<hex>`. */
  hash(text: string): string;
  /** Successful node runs by cache key, whose artifacts are still there. It may give more than it was asked for. */
  lookup(keys: readonly string[]): Promise<ReadonlyMap<string, CacheHit>>;
  last: Readonly<Record<string, LastSuccess>>;
  /** Digests of files that parameters name: node id → parameter → digest. */
  files: Readonly<Record<string, Record<string, string>>>;
  /** Earlier successes by kind. */
  past?: Readonly<Record<string, readonly PastAttempt[]>>;
  compareInputs?: CompareInputs | undefined;
  /** What of the machine may change a training result. */
  fingerprint?(definition: AnyNode, params: Record<string, unknown>): CacheKeyParts["fingerprint"];
};

type Known = Record<string, OutputView>;

export async function planGraph(ctx: PlanContext): Promise<Plan> {
  const graph = subgraph(ctx.file, ctx.targets ?? []);
  const idle = skipped(graph);
  const known = new Map<string, Known>();
  const entries = new Map<string, PlanEntry>();
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));
  const hits = new Map<string, CacheHit>();
  let waiting = ctx.inferred.order.flatMap((id) => byId.get(id) ?? []);
  while (waiting.length) {
    const wave = waiting.filter((n) => parentsOf(graph, n.id).every((p) => entries.has(p)));
    if (!wave.length) break;
    const keyed = wave.map((node) => ({ node, ...decide(ctx, graph, node, idle, entries, known) }));
    const asked = keyed.flatMap(({ key }) => (key && !hits.has(key) ? [key] : []));
    if (asked.length) for (const [key, hit] of await ctx.lookup(asked)) hits.set(key, hit);
    for (const { node, entry, key, inputs } of keyed) {
      const hit = key ? hits.get(key) : undefined;
      const done = hit
        ? { ...entry, action: "cached" as const, reasons: [], run: hit.run, outputs: hit.outputs }
        : entry;
      if (key) done.cacheKey = key;
      if (!hit && entry.action === "run" && !entry.reasons.length)
        done.reasons = whyRun(ctx, node, inputs, key);
      done.reasons = await withRowChanges(ctx, node.id, inputs, done.reasons);
      entries.set(node.id, done);
      if (done.outputs) known.set(node.id, done.outputs);
    }
    waiting = waiting.filter((n) => !entries.has(n.id));
  }
  return summarise(ctx.inferred.order.flatMap((id) => entries.get(id) ?? []));
}

const parentsOf = (graph: Pick<GraphFile, "wires">, id: string) =>
  wiresInto(graph, id).map(({ from }) => from.node);

type Decision = { entry: PlanEntry; key?: string; inputs: Record<string, OutputView> };

function decide(
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
  const { estimate, from } = calibrate(
    params ? definition.estimate(sized, types) : nothing,
    ctx.past?.[node.kind] ?? [],
  );
  const entry: PlanEntry = {
    id: node.id,
    kind: node.kind,
    action: "run",
    reasons: [],
    estimate,
    estimatedFrom: from,
    resources: params ? definition.resources(sized, types) : { threads: 1, memoryBytes: 0, device: "cpu" },
  };
  const inputs: Record<string, OutputView> = {};
  for (const { from, to } of wiresInto(graph, node.id)) {
    const output = known.get(from.node)?.[from.port];
    if (output) inputs[to.slot === undefined ? to.port : `${to.port}[${to.slot}]`] = output;
  }
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

/** Parameters as the run will use them: defaults filled in, smoke values on top. */
function planParams(
  ctx: PlanContext,
  node: GraphNode,
  definition: AnyNode,
): Record<string, unknown> | undefined {
  const params = ctx.inferred.params[node.id];
  return params && ctx.smoke && definition.smoke ? { ...params, ...definition.smoke } : params;
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

const rowsOf = (view: OutputView | undefined) => (view?.facts as { rows?: number } | undefined)?.rows;

function whyRun(
  ctx: PlanContext,
  node: GraphNode,
  inputs: Record<string, OutputView>,
  key: string | undefined,
): Reason[] {
  const last = ctx.last[node.id];
  const definition = ctx.catalogue[node.kind]!;
  if (!last) return [{ code: "never-ran" }];
  if (key !== undefined && last.cacheKey === key) return [{ code: "result-gone" }];
  const files = ctx.files[node.id] ?? {};
  const text = (value: unknown) => (value === undefined ? "—" : JSON.stringify(value));
  const reasons: Reason[] = diffParams(last.params, planParams(ctx, node, definition) ?? {})
    .filter(({ param }) => !(param in files))
    .map(({ param, before, after }) => ({ code: "param", param, before: text(before), after: text(after) }));
  for (const [param, digest] of Object.entries(files))
    if (last.files?.[param] !== digest) reasons.push({ code: "file", param });
  for (const port of new Set([...Object.keys(inputs), ...Object.keys(last.inputs)])) {
    if (inputs[port]?.digest === last.inputs[port]?.digest) continue;
    const rowsBefore = last.inputs[port]?.rows;
    const rowsAfter = rowsOf(inputs[port]);
    reasons.push({
      code: "input",
      port,
      ...(rowsBefore === undefined ? {} : { rowsBefore }),
      ...(rowsAfter === undefined ? {} : { rowsAfter }),
    });
  }
  if (last.codeVersion !== definition.codeVersion || last.version !== definition.version) {
    reasons.push({ code: "code", before: last.codeVersion, after: definition.codeVersion });
  }
  return reasons.length ? reasons : [{ code: "machine" }];
}

async function withRowChanges(
  ctx: PlanContext,
  id: string,
  inputs: Record<string, OutputView>,
  reasons: readonly Reason[],
): Promise<Reason[]> {
  return Promise.all(
    reasons.map(async (reason) => {
      if (reason.code !== "input" || inputs[reason.port]?.type !== "dataset") return reason;
      const before = ctx.last[id]?.inputs[reason.port]?.digest;
      const rows = before && (await ctx.compareInputs?.(before, inputs[reason.port]!.digest));
      return rows ? { ...reason, rows } : reason;
    }),
  );
}

const nothing: Estimate = { seconds: 0, memoryBytes: 0, diskBytes: 0, wattHours: 0 };

function summarise(nodes: PlanEntry[]): Plan {
  const counts: Plan["counts"] = { cached: 0, run: 0, depends: 0, skip: 0, frozen: 0, bypass: 0 };
  const total = { ...nothing };
  for (const { action, estimate } of nodes) {
    counts[action]++;
    if (action !== "run" && action !== "depends") continue;
    total.seconds += estimate.seconds;
    total.diskBytes += estimate.diskBytes;
    total.wattHours += estimate.wattHours;
    total.memoryBytes = Math.max(total.memoryBytes, estimate.memoryBytes);
  }
  return { nodes, total, counts };
}
