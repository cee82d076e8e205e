import type { GraphNode } from "@/graph/document";
import { catalogue } from "@/nodes/index";
import type { Env } from "../env";
import { Refusal } from "../errors";
import { probeNode } from "./probe-graph";

export async function probeParams(
  env: Env,
  { kind, params }: Pick<GraphNode, "kind" | "params">,
  signal: AbortSignal = AbortSignal.timeout(60_000),
): Promise<unknown> {
  if (!(kind in catalogue)) throw new Refusal("BAD_REQUEST", "kind-unknown", { kind });
  const rules = {
    dataDirs: env.dataDirs,
    trustedPaths: [],
    modelsDir: env.modelsDir,
    downloadsDir: env.downloadsDir,
  };
  return (await probeNode({ id: "probe", kind, params }, catalogue, { ...rules, signal })) ?? null;
}
