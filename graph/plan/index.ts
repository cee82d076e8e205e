/** Before a run: what each node will do, and exactly why. Pure but for the cache look-up that is handed in. */
import { skipped } from "../checks/index";
import { subgraph } from "../topology";
import { decide, nothing, parentsOf } from "./decide";
import type { CacheHit, Known, Plan, PlanContext, PlanEntry } from "./plan";
import { whyRun, withRowChanges } from "./why-run";

export type * from "./plan";

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
