import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseGraph } from "@/graph/read-graph";
import type { Env } from "../env";
import type { Prisma } from "../prisma";
import { ensureOwner } from "../teams/ensure-owner";
import { createGraph } from "./create-graph";

const FIRST = "support-assistant.json";

/** A fresh installation opens with a graph that runs. Returns its id while nothing has been run yet. */
export async function ensureFirstGraph(prisma: Prisma, env: Pick<Env, "root">): Promise<string | undefined> {
  const { teamId } = await ensureOwner(prisma);
  // With several teams nobody is new here.
  if (!teamId || (await prisma.run.count({ where: { teamId } }))) return undefined;
  const graph = await prisma.graph.findFirst({
    where: { teamId, deletedAt: null },
    orderBy: { createdAt: "asc" },
  });
  if (graph) return graph.id;
  const { file } = parseGraph(await readFile(join(env.root, "examples", FIRST), "utf8"));
  if (!file) throw new Error(`examples/${FIRST} is not a graph file`);
  return (await createGraph(prisma, { teamId, name: file.name, file })).id;
}
