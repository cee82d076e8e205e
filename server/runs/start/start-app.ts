/** A run from the App view: parameters it offers are set for this run alone; the graph stays as it is. */
import { appTargets, notOffered } from "@/graph/app-view";
import type { Overrides } from "@/graph/overrides";
import type { Env } from "../../env";
import { Refusal } from "../../errors";
import { findGraph } from "../../graphs/find-graph";
import { loadDraftFile } from "../../graphs/load-draft";
import type { Prisma } from "../../prisma";
import type { RunEngine } from "../commit/engine";
import { launchRun } from "./launch-run";
import type { StartOutcome } from "./record-run";

type StartApp = { teamId: string; userId: string; graphId: string; overrides: Overrides };

/** @throws Refusal `app-param`, `app-empty` */
export async function startApp(
  { engine, env, prisma }: { engine: RunEngine; env: Env; prisma: Prisma },
  { teamId, userId, graphId, overrides }: StartApp,
): Promise<StartOutcome> {
  const graph = await findGraph(prisma, teamId, graphId);
  const { file } = await loadDraftFile(prisma, graph.id);
  const [foreign] = notOffered(file, engine.catalogue, overrides);
  if (foreign) throw new Refusal("FORBIDDEN", "app-param", { name: foreign });
  const targets = appTargets(file, engine.catalogue);
  if (!targets.length) throw new Refusal("BAD_REQUEST", "app-empty");
  return launchRun(engine, env, {
    teamId,
    userId,
    graph: { id: graph.id },
    file,
    targets,
    overrides,
    trigger: "manual",
  });
}
