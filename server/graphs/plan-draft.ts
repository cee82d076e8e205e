import type { Plan } from "@/graph/plan";
import type { Problem } from "@/graph/problems";
import type { RunEngine } from "@/server/runs/commit";
import { forecastLaunch } from "@/server/runs/start";
import type { BlobStore } from "../artifacts";
import type { Env } from "../env";
import type { Prisma } from "../prisma";
import { findGraph } from "./find-graph";
import { loadDraftFile } from "./load-draft";

export type DraftPlan = {
  /** The state of the draft that this speaks of. */
  seq: number;
  problems: Problem[];
  probes: Record<string, unknown>;
  /** Where an error stands in the way: of the nodes that it does not concern. */
  plan: Plan;
};

type Wish = { teamId: string; graphId: string; targets?: string[] | undefined; smoke?: boolean | undefined };

export async function planDraft(
  { engine, env, prisma, store }: { engine: RunEngine; env: Env; prisma: Prisma; store: BlobStore },
  { teamId, graphId, targets, smoke }: Wish,
): Promise<DraftPlan> {
  const graph = await findGraph(prisma, teamId, graphId);
  const { file, seq } = await loadDraftFile(prisma, graph.id);
  const { prepared, problems, forecast } = await forecastLaunch(
    engine,
    env,
    {
      teamId,
      graph: { id: graph.id },
      file,
      ...(targets ? { targets } : {}),
      ...(smoke ? { smoke } : {}),
    },
    store,
  );
  return { seq, problems, probes: prepared.examined.probes, plan: forecast };
}
