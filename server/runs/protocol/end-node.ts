/** How a running attempt may end. The fence has been passed when these are called. */

import { parentsOf } from "@/graph/plan/execution-plan";
import { isDone, isTerminal } from "@/graph/status";
import type { NodeFailure, NodeState, Outputs } from "./decision";
import type { DecisionBuilder } from "./decision-builder";
import { afterFailure } from "./failure-table";

/** What a job was given is not in the store as it was put there. */
export const INPUT_LOST: ReadonlySet<string> = new Set(["artifact-missing", "artifact-damaged"]);

export function succeedNode(builder: DecisionBuilder, node: NodeState, outputs: Outputs): void {
  builder.closeAttempt(node, null, null);
  if (node.cacheKey) builder.fresh.set(node.cacheKey, { nodeRunId: node.id, run: 0, outputs });
  builder.done(node, "SUCCEEDED", outputs, {});
  for (const twin of builder.nodes.values())
    if (twin.status === "READY" && twin.cacheKey && twin.cacheKey === node.cacheKey)
      builder.reuse(twin, twin.cacheKey, builder.fresh.get(twin.cacheKey)!);
}

export function failNode(builder: DecisionBuilder, node: NodeState, failure: NodeFailure, detail = ""): void {
  builder.closeAttempt(node, failure, detail);
  if (builder.cancelRequested) {
    builder.set(node, "CANCELLED", {});
    return;
  }
  const jitter = builder.known.jitter(node.id, node.attempt);
  const { spent, retryInMs } = afterFailure(failure.code, node, jitter);
  if (retryInMs === undefined) {
    builder.set(node, "FAILED", { ...spent, failure });
    skipBelow(builder, node.nodeId);
    return;
  }
  // Its input is made again: it starts when that is there, and waiting longer helps nobody.
  const wait = INPUT_LOST.has(failure.reason) && remakeInput(builder, node, failure) ? 0 : retryInMs;
  requeue(builder, node, { ...spent, failure, notBefore: builder.known.now + wait }, "node.retrying");
}

/** A cancelled attempt whose process is gone. */
export function stopNode(builder: DecisionBuilder, node: NodeState): void {
  builder.closeAttempt(node, null, "");
  builder.set(node, "CANCELLED", {});
}

/** A worker gives its work back: another may take it at once, and no budget is spent. */
export function returnNode(builder: DecisionBuilder, node: NodeState): void {
  if (builder.cancelRequested) {
    stopNode(builder, node);
    return;
  }
  builder.closeAttempt(node, null, "returned");
  requeue(builder, node, { notBefore: builder.known.now });
}

/** Back into the queue; or to waiting, while what it needs is made again. */
function requeue(builder: DecisionBuilder, node: NodeState, more: Partial<NodeState>, type?: string): void {
  const parents = parentsOf(builder.plans.get(node.nodeId)!).map((id) => builder.nodes.get(id)!);
  const failed = parents.find(({ status }) => isTerminal(status) && !isDone(status));
  if (failed) {
    builder.set(node, "SKIPPED", { outputs: {}, reasons: [{ code: "needs-failed", node: failed.nodeId }] });
    skipBelow(builder, node.nodeId);
  } else if (parents.every(({ status }) => isDone(status))) builder.set(node, "READY", more, type);
  else {
    builder.forget.inputs.push(node.id);
    builder.set(node, "PENDING", more, type);
  }
}

/** Sends those back that made what is lost. False where nobody can make it again: a frozen result has no maker. */
function remakeInput(builder: DecisionBuilder, node: NodeState, failure: NodeFailure): boolean {
  let remade = false;
  for (const id of parentsOf(builder.plans.get(node.nodeId)!)) {
    const maker = builder.nodes.get(id)!;
    if (Object.values(maker.outputs).some(({ digest }) => digest === failure.values.digest))
      remade = remake(builder, maker, failure) || remade;
  }
  return remade;
}

function remake(builder: DecisionBuilder, maker: NodeState, failure: NodeFailure): boolean {
  const { action } = builder.plans.get(maker.nodeId)!;
  if (action !== "run" && !(action === "bypass" && remakeInput(builder, maker, failure))) return false;
  builder.forget.outputs.push(maker.id);
  const again = { outputs: {}, cachedFromId: null, notBefore: builder.known.now };
  requeue(builder, maker, { ...again, reasons: [{ code: "result-gone" }] }, "node.retrying");
  for (const id of builder.children.get(maker.nodeId) ?? []) {
    const child = builder.nodes.get(id)!;
    if (child.status === "READY") requeue(builder, child, {}, "node.retrying");
  }
  return true;
}

/** Without recursion: a chain may be as long as a graph. */
function skipBelow(builder: DecisionBuilder, nodeId: string): void {
  const above = [nodeId];
  for (const failed of above)
    for (const child of builder.children.get(failed) ?? []) {
      const state = builder.nodes.get(child)!;
      if (state.status !== "PENDING") continue;
      builder.set(state, "SKIPPED", { reasons: [{ code: "needs-failed", node: failed }] });
      above.push(child);
    }
}
