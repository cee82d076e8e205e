/** Ready nodes go to a worker: as many as fit what it has free, in topological order. */
import type { Offer } from "./decision";
import type { Work } from "./work";

export function claimReady(work: Work, offer: Offer): boolean {
  if (work.cancelRequested) return false;
  let { threads, memoryBytes, max } = offer;
  const count = work.claims.length;
  for (const node of work.plan.nodes) {
    const state = work.nodes.get(node.id)!;
    if (state.status !== "READY" || state.notBefore > work.known.now || max <= 0) continue;
    // A node that wants more than the whole machine gets all of it.
    const needThreads = Math.max(1, Math.min(node.resources.threads, offer.totalThreads));
    const needMemory = Math.min(node.resources.memoryBytes, offer.totalMemoryBytes);
    if (needThreads > threads || needMemory > memoryBytes) continue;
    if (node.resources.device === "gpu" && !offer.gpus) continue;
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
    threads -= needThreads;
    memoryBytes -= needMemory;
    max--;
    work.open(state, attempt, offer.workerId, node.deadlineMs);
    const taken = { threads: needThreads, memoryBytes: needMemory };
    work.claims.push({ nodeRunId: state.id, nodeId: node.id, attempt, ...taken });
  }
  return work.claims.length > count;
}
