/** What a start and a cancel do to a whole run. */
import { isTerminal } from "@/graph/status";
import type { Work } from "./work";

export function startRun(work: Work): boolean {
  const waiting = work.plan.nodes.flatMap((node) => {
    const state = work.nodes.get(node.id)!;
    return state.status === "PENDING" ? [{ node, state }] : [];
  });
  // Before anything ends: what ends considers the nodes below it at once.
  for (const { node, state } of waiting)
    if (node.action === "skip") work.set(state, "SKIPPED", { why: node.why });
  for (const { node, state } of waiting) {
    if (node.action === "frozen") {
      const outputs = Object.entries(node.outputs).flatMap(([port, digest]) => {
        const artifact = work.known.frozen.get(digest);
        return artifact ? [[port, artifact] as const] : [];
      });
      work.done(state, "CACHED", Object.fromEntries(outputs), { why: "Frozen in the graph." });
    }
  }
  for (const node of work.plan.nodes) work.consider(node);
  return true;
}

/** What waits stops at once; what runs is told, and ends when its process is known to be gone. */
export function cancelRun(work: Work): boolean {
  const nodes = [...work.nodes.values()];
  if (work.cancelRequested || nodes.every(({ status }) => isTerminal(status))) return false;
  work.cancelRequested = true;
  work.say("run.cancelling", null, {});
  for (const node of nodes)
    if (node.status === "PENDING" || node.status === "READY" || node.status === "WAITING")
      work.set(node, "CANCELLED", {});
  return true;
}
