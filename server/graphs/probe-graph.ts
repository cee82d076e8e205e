/** Asks the sources of a graph for facts that lie in files: columns, sizes, the family of a model. */
import { checkParams } from "@/graph/checks/params";
import type { Catalogue } from "@/graph/define-node";
import type { GraphFile, GraphNode } from "@/graph/document";
import { Failure, type Problem, problem } from "@/graph/problems";
import type { NodeKind } from "@/nodes/index";
import { type ProbeContext, probes } from "@/nodes/probes";

export type Probed = { probes: Record<string, unknown>; problems: Problem[] };

export async function probeGraph(
  file: GraphFile,
  catalogue: Catalogue,
  context: ProbeContext,
): Promise<Probed> {
  const result: Probed = { probes: {}, problems: [] };
  await Promise.all(
    file.nodes.map(async (node) => {
      if (node.state === "muted" || node.state === "frozen") return;
      try {
        const facts = await probeNode(node, catalogue, context);
        if (facts !== undefined) result.probes[node.id] = facts;
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        const param = catalogue[node.kind]?.files?.[0];
        result.problems.push(
          problem(error.reason, { node: node.id, ...(param ? { param } : {}) }, error.values),
        );
      }
    }),
  );
  return result;
}

/** Undefined for kinds without a probe and for parameters that do not fit: the check names those. */
export async function probeNode(
  node: Pick<GraphNode, "id" | "kind" | "params">,
  catalogue: Catalogue,
  context: ProbeContext,
): Promise<unknown> {
  const load = probes[node.kind as NodeKind];
  const definition = catalogue[node.kind];
  if (!load || !definition) return undefined;
  const { params } = checkParams(node, definition);
  if (!params) return undefined;
  const { default: probe } = await load();
  return probe(params as never, context);
}
