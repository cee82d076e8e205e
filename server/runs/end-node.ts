/** How a running attempt may end. The fence has been passed when these are called. */
import { isDone, isTerminal } from "@/graph/status";
import type { NodeFailure, NodeState, Outputs } from "./decision";
import { afterFailure } from "./failure-table";
import { parentsOf } from "./run-plan";
import type { Work } from "./work";

/** What a job was given is not in the store as it was put there. */
export const INPUT_LOST: ReadonlySet<string> = new Set(["artifact-missing", "artifact-damaged"]);

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
  // Its input is made again: it starts when that is there, and waiting longer helps nobody.
  const wait = INPUT_LOST.has(failure.reason) && remakeInput(work, node, failure) ? 0 : retryInMs;
  requeue(work, node, { ...spent, failure, notBefore: work.known.now + wait }, "node.retrying");
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
  requeue(work, node, { notBefore: work.known.now });
}

/** Back into the queue; or to waiting, while what it needs is made again. */
function requeue(work: Work, node: NodeState, more: Partial<NodeState>, type?: string): void {
  const parents = parentsOf(work.plans.get(node.nodeId)!).map((id) => work.nodes.get(id)!);
  const failed = parents.find(({ status }) => isTerminal(status) && !isDone(status));
  if (failed) {
    work.set(node, "SKIPPED", { outputs: {}, why: `Needs ${failed.nodeId}, which failed.` });
    skipBelow(work, node.nodeId);
  } else if (parents.every(({ status }) => isDone(status))) work.set(node, "READY", more, type);
  else {
    work.forget.inputs.push(node.id);
    work.set(node, "PENDING", more, type);
  }
}

/** Sends those back that made what is lost. False where nobody can make it again: a frozen result has no maker. */
function remakeInput(work: Work, node: NodeState, failure: NodeFailure): boolean {
  let remade = false;
  for (const id of parentsOf(work.plans.get(node.nodeId)!)) {
    const maker = work.nodes.get(id)!;
    if (Object.values(maker.outputs).some(({ digest }) => digest === failure.values.digest))
      remade = remake(work, maker, failure) || remade;
  }
  return remade;
}

function remake(work: Work, maker: NodeState, failure: NodeFailure): boolean {
  const { action } = work.plans.get(maker.nodeId)!;
  if (action !== "run" && !(action === "bypass" && remakeInput(work, maker, failure))) return false;
  work.forget.outputs.push(maker.id);
  const again = { outputs: {}, cachedFromId: null, notBefore: work.known.now };
  requeue(work, maker, { ...again, why: "Its result is not in the store any more." }, "node.retrying");
  for (const id of work.children.get(maker.nodeId) ?? []) {
    const child = work.nodes.get(id)!;
    if (child.status === "READY") requeue(work, child, {}, "node.retrying");
  }
  return true;
}

function skipBelow(work: Work, nodeId: string): void {
  for (const child of work.children.get(nodeId) ?? []) {
    const state = work.nodes.get(child)!;
    if (state.status !== "PENDING") continue;
    work.set(state, "SKIPPED", { why: `Needs ${nodeId}, which failed.` });
    skipBelow(work, child);
  }
}
