/** The run protocol, decided purely: rows in, writes out. What it must look up it asks for, and is then called again. */

import type { ExecutionPlan } from "@/graph/plan/execution-plan";
import { cancelRun, startRun } from "./change-run";
import { claimReady } from "./claim-ready";
import type { Change, Decision, Knowledge, RunState } from "./decision";
import { DecisionBuilder } from "./decision-builder";
import { failNode, returnNode, stopNode, succeedNode } from "./end-node";

export function decide(
  plan: ExecutionPlan,
  before: RunState,
  changes: readonly Change[],
  known: Knowledge,
): Decision {
  const builder = new DecisionBuilder(plan, before, known);
  const accepted = changes.map((change) => apply(builder, change));
  return builder.finish(accepted);
}

/** False when the fence or the state refuses the change. */
function apply(builder: DecisionBuilder, change: Change): boolean {
  switch (change.type) {
    case "start":
      return startRun(builder);
    case "claim":
      return claimReady(builder, change.offer);
    case "succeed":
      return builder.owned(change, (node) => succeedNode(builder, node, change.outputs));
    case "fail":
      return builder.owned(change, (node) => failNode(builder, node, change.failure, change.detail));
    case "stopped":
      return builder.owned(change, (node) => stopNode(builder, node));
    case "return":
      return builder.owned(change, (node) => returnNode(builder, node));
    case "cancel":
      return cancelRun(builder);
  }
}
