/** How a running attempt may end. The fence has been passed when these are called. */
import type { NodeFailure, NodeState, Outputs } from "./decision";
import { afterFailure } from "./failure-table";
import type { Work } from "./work";

export function succeedNode(work: Work, node: NodeState, outputs: Outputs): void {
  work.closeAttempt(node, null, null);
  if (node.cacheKey) work.fresh.set(node.cacheKey, { nodeRunId: node.id, run: 0, outputs });
  work.done(node, "SUCCEEDED", outputs, {});
  for (const twin of work.nodes.values())
    if (twin.status === "READY" && twin.cacheKey && twin.cacheKey === node.cacheKey)
      work.reuse(twin, twin.cacheKey, work.fresh.get(twin.cacheKey)!);
}

export function failNode(work: Work, node: NodeState, failure: NodeFailure, detail = ""): void {
  work.closeAttempt(node, failure, detail);
  if (work.cancelRequested) {
    work.set(node, "CANCELLED", {});
    return;
  }
  const jitter = work.known.jitter(node.id, node.attempt);
  const { spent, retryInMs } = afterFailure(failure.code, node, jitter);
  if (retryInMs === undefined) {
    work.set(node, "FAILED", { ...spent, failure });
    skipBelow(work, node.nodeId);
    return;
  }
  work.set(node, "READY", { ...spent, failure, notBefore: work.known.now + retryInMs }, "node.retrying");
}

/** A cancelled attempt whose process is gone. */
export function stopNode(work: Work, node: NodeState): void {
  work.closeAttempt(node, null, "");
  work.set(node, "CANCELLED", {});
}

/** A worker gives its work back: another may take it at once, and no budget is spent. */
export function returnNode(work: Work, node: NodeState): void {
  if (work.cancelRequested) {
    stopNode(work, node);
    return;
  }
  work.closeAttempt(node, null, "returned");
  work.set(node, "READY", { notBefore: work.known.now });
}

function skipBelow(work: Work, nodeId: string): void {
  for (const child of work.children.get(nodeId) ?? []) {
    const state = work.nodes.get(child)!;
    if (state.status !== "PENDING") continue;
    work.set(state, "SKIPPED", { why: `Needs ${nodeId}, which failed.` });
    skipBelow(work, child);
  }
}
