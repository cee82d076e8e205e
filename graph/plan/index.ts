/** Before a run: what each node will do, and exactly why. Pure but for the cache look-up that is handed in. */
import type { Estimate } from "../define-node";
import { decide } from "./decide";
import { indexPlan, type PlannedNode, parentsOf } from "./execution-plan";
import type { CacheHit, Known, Plan, PlanContext, PlanEntry } from "./plan";
import { whyRun, withRowChanges } from "./why-run";

export type * from "./plan";

export async function planGraph(ctx: PlanContext): Promise<Plan> {
  const known = new Map<string, Known>();
  const entries = new Map<string, PlanEntry>();
  const hits = new Map<string, CacheHit>();
  const { plans, children } = indexPlan(ctx.plan);
  const missing = new Map(ctx.plan.nodes.map((node) => [node.id, parentsOf(node).length]));
  let wave = ctx.plan.nodes.filter(({ id }) => missing.get(id) === 0);
  while (wave.length) {
    const keyed = wave.map((node) => ({ node, ...decide(ctx, node, entries, known) }));
    const asked = keyed.flatMap(({ key }) => (key && !hits.has(key) ? [key] : []));
    if (asked.length) for (const [key, hit] of await ctx.lookup(asked)) hits.set(key, hit);
    for (const { node, entry, key, inputs } of keyed) {
      const hit = key ? hits.get(key) : undefined;
      const done = hit
        ? {
            ...entry,
            ...{ action: "cached" as const, reasons: [], run: hit.run, outputs: hit.outputs },
            ...(hit.graph === undefined ? {} : { runOf: hit.graph }),
          }
        : entry;
      if (key) done.cacheKey = key;
      if (!hit && entry.action === "run" && !entry.reasons.length)
        done.reasons = whyRun(ctx, node, inputs, key);
      done.reasons = await withRowChanges(ctx, node.id, inputs, done.reasons);
      entries.set(node.id, done);
      if (done.outputs) known.set(node.id, done.outputs);
    }
    // Each node is looked at once for each of its inputs, however deep the graph is.
    const freed: PlannedNode[] = [];
    for (const { id } of wave)
      for (const child of children.get(id) ?? []) {
        const left = missing.get(child)! - 1;
        missing.set(child, left);
        if (left === 0) freed.push(plans.get(child)!);
      }
    wave = freed;
  }
  return summarise(ctx.plan.nodes.flatMap(({ id }) => entries.get(id) ?? []));
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
