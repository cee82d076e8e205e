/** Plans of runs that an earlier version started and did not end. */
import type { ExecutionPlan, PlannedNode } from "@/graph/plan/execution-plan";

/** As stored: `device` for the number of GPUs, and a sentence where a reason is now. */
type StoredNode = PlannedNode & {
  resources: PlannedNode["resources"] & { device?: "cpu" | "gpu" };
  why?: string;
};

/** Where training was to land was not fixed then: such a node gets a key without it, and runs once more. */
export function upgradePlan(stored: ExecutionPlan): ExecutionPlan {
  return { ...stored, nodes: (stored.nodes as StoredNode[]).map(upgradeNode) };
}

function upgradeNode({ why, ...node }: StoredNode): PlannedNode {
  const { device, ...resources } = node.resources;
  const gpus = resources.gpus ?? (device === "gpu" ? 1 : 0);
  const upgraded = { ...node, resources: { ...resources, gpus } };
  if (upgraded.action !== "skip" || upgraded.reason) return upgraded;
  return { ...upgraded, reason: { code: why?.startsWith("Muted") ? "muted" : "needs-muted" } };
}
