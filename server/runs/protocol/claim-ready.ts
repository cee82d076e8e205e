/** Ready nodes go to a worker: as many as fit what it has free, in topological order. */
import type { Offer } from "./decision";
import type { DecisionBuilder } from "./decision-builder";
import { isDue } from "./failure-table";
import { findSlot, holdsWhole, needsOf, take } from "./slots";

export function claimReady(
  builder: DecisionBuilder,
  { workerId, free: offered, total, max, only }: Offer,
): boolean {
  if (builder.cancelRequested || builder.before.paused) return false;
  let free = offered;
  const count = builder.claims.length;
  const chosen = only && new Set(only);
  for (const node of builder.plan.nodes) {
    const state = builder.nodes.get(node.id)!;
    if (state.status !== "READY" || !isDue(state.notBefore - builder.known.now)) continue;
    if (builder.claims.length - count >= max) break;
    const needs = needsOf(node);
    if (chosen ? !chosen.has(state.id) : !holdsWhole(total, needs)) continue;
    const slot = findSlot(free, total, needs);
    if (!slot) continue;
    const attempt = state.attempt + 1;
    if (node.cache === "content") {
      const cacheKey = builder.keyOf(node);
      const hit = builder.lookUp(cacheKey);
      if (hit) {
        builder.reuse(state, cacheKey, hit);
        continue;
      }
      state.cacheKey = cacheKey;
      if (!builder.hasFlight(state, cacheKey, attempt)) continue;
    }
    free = take(free, slot);
    builder.open(state, attempt, workerId, node.deadlineMs);
    builder.claims.push({ nodeRunId: state.id, nodeId: node.id, attempt, ...slot });
  }
  return builder.claims.length > count;
}
