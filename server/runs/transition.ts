/** The run protocol, decided purely: rows in, writes out. What it must look up it asks for, and is then called again. */
import { cancelRun, startRun } from "./change-run";
import { claimReady } from "./claim-ready";
import type { Change, Decision, Knowledge, RunState } from "./decision";
import { failNode, returnNode, stopNode, succeedNode } from "./end-node";
import type { RunPlan } from "./run-plan";
import { Work } from "./work";

export function decide(
  plan: RunPlan,
  before: RunState,
  changes: readonly Change[],
  known: Knowledge,
): Decision {
  const work = new Work(plan, before, known);
  const accepted = changes.map((change) => apply(work, change));
  return work.finish(accepted);
}

/** False when the fence or the state refuses the change. */
function apply(work: Work, change: Change): boolean {
  switch (change.type) {
    case "start":
      return startRun(work);
    case "claim":
      return claimReady(work, change.offer);
    case "succeed":
      return work.owned(change, (node) => succeedNode(work, node, change.outputs));
    case "fail":
      return work.owned(change, (node) => failNode(work, node, change.failure, change.detail));
    case "stopped":
      return work.owned(change, (node) => stopNode(work, node));
    case "return":
      return work.owned(change, (node) => returnNode(work, node));
    case "cancel":
      return cancelRun(work);
  }
}
