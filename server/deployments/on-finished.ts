import type { FinishedNode } from "@/server/runs/commit";
import type { Tx } from "../db";
import { upsertChain } from "./upsert-chain";
import { upsertDeployment } from "./upsert-deployment";

/** In the transaction that finishes a node: endpoints set their deployment, chains their row. */
export async function onFinished(
  tx: Tx,
  {
    teamId,
    runId,
    nodeId,
    nodeRunId,
    outputs,
  }: Pick<FinishedNode, "teamId" | "runId" | "nodeId" | "nodeRunId" | "outputs">,
): Promise<void> {
  for (const { id: artifactId, facts } of Object.values(outputs)) {
    if (facts.type === "endpoint" && facts.slug)
      await upsertDeployment(tx, { teamId, slug: facts.slug, artifactId, facts, runId, nodeId });
    if (facts.type === "chain" && facts.slug)
      await upsertChain(tx, { teamId, slug: facts.slug, artifactId, nodeRunId });
  }
}
