/** Ready nodes go to a worker: as many as fit what it has free, in topological order. */
import type { Offer } from "./decision";
import { isDue } from "./failure-table";
import { findSlot, holdsWhole, needsOf, take } from "./slots";
import type { Work } from "./work";

export function claimReady(work: Work, { workerId, free: offered, total, max, only }: Offer): boolean {
  if (work.cancelRequested || work.before.paused) return false;
  let free = offered;
  const count = work.claims.length;
  const chosen = only && new Set(only);
  for (const node of work.plan.nodes) {
    const state = work.nodes.get(node.id)!;
    if (state.status !== "READY" || !isDue(state.notBefore - work.known.now)) continue;
    if (work.claims.length - count >= max) break;
    const needs = needsOf(node.resources);
    if (chosen ? !chosen.has(state.id) : !holdsWhole(total, needs)) continue;
    const slot = findSlot(free, total, needs);
    if (!slot) continue;
    const attempt = state.attempt + 1;
    if (node.cache === "content") {
      const cacheKey = work.keyOf(node);
      const hit = work.lookUp(cacheKey);
      if (hit) {
        work.reuse(state, cacheKey, hit);
        continue;
      }
      state.cacheKey = cacheKey;
      if (!work.hasFlight(state, cacheKey, attempt)) continue;
    }
    free = take(free, slot);
    work.open(state, attempt, workerId, node.deadlineMs);
    work.claims.push({ nodeRunId: state.id, nodeId: node.id, attempt, ...slot });
  }
  return work.claims.length > count;
}
