/** What a start and a cancel do to a whole run. */
import { isTerminal } from "@/graph/status";
import type { DecisionBuilder } from "./decision-builder";

export function startRun(builder: DecisionBuilder): boolean {
  const waiting = builder.plan.nodes.flatMap((node) => {
    const state = builder.nodes.get(node.id)!;
    return state.status === "PENDING" ? [{ node, state }] : [];
  });
  // Before anything ends: what ends considers the nodes below it at once.
  for (const { node, state } of waiting)
    if (node.action === "skip") builder.set(state, "SKIPPED", { reasons: [node.reason] });
  for (const { node, state } of waiting) {
    if (node.action === "frozen") {
      const outputs = Object.entries(node.outputs).flatMap(([port, digest]) => {
        const artifact = builder.known.frozen.get(digest);
        return artifact ? [[port, artifact] as const] : [];
      });
      builder.done(state, "CACHED", Object.fromEntries(outputs), { reasons: [{ code: "frozen" }] });
    }
  }
  for (const node of builder.plan.nodes) builder.consider(node);
  return true;
}

/** What waits stops at once; what runs is told, and ends when its process is known to be gone. */
export function cancelRun(builder: DecisionBuilder): boolean {
  const nodes = [...builder.nodes.values()];
  if (builder.cancelRequested || nodes.every(({ status }) => isTerminal(status))) return false;
  builder.cancelRequested = true;
  builder.say("run.cancelling", null, {});
  for (const node of nodes)
    if (node.status === "PENDING" || node.status === "READY" || node.status === "WAITING")
      builder.set(node, "CANCELLED", {});
  return true;
}
