/** Asks the sources of a graph for facts that lie in files: columns, sizes, the family of a model. */
import { resolveDataPath } from "@/engines/paths";
import { isUrl } from "@/engines/remote/fetch-file";
import { byName } from "@/graph/by-name";
import { canonicalJson } from "@/graph/cache-key";
import { checkParams } from "@/graph/checks/params";
import type { AnyNode, Catalogue } from "@/graph/define-node";
import type { GraphFile, GraphNode } from "@/graph/document";
import { Failure, type Problem, problem } from "@/graph/problems";
import type { NodeKind } from "@/nodes/index";
import { type ProbeContext, probes } from "@/nodes/probes";
import { fileStamp } from "./file-stamp";

/** Facts of this process by kind, parameters and stamps of the files: each edit of a graph asks for all of them again. */
const known = new Map<string, unknown>();
const MOST_KNOWN = 1_000;

export type Probed = { probes: Record<string, unknown>; problems: Problem[] };

export async function probeGraph(
  file: GraphFile,
  catalogue: Catalogue,
  context: ProbeContext,
): Promise<Probed> {
  const result: Probed = { probes: byName(), problems: [] };
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
  const stamps = definition.probesFiles && (await stampsOf(params, definition, context));
  const key = stamps ? canonicalJson([node.kind, params, stamps]) : undefined;
  if (key !== undefined && known.has(key)) return known.get(key);
  const { default: probe } = await load();
  const facts = await probe(params as never, context);
  if (key !== undefined) {
    if (known.size >= MOST_KNOWN) known.delete(known.keys().next().value!);
    known.set(key, facts);
  }
  return facts;
}

/** Undefined where a path is an address or no file. */
async function stampsOf(
  params: Record<string, unknown>,
  { files = [] }: AnyNode,
  context: ProbeContext,
): Promise<string[] | undefined> {
  const stampOf = async (name: string) => {
    const path = params[name];
    if (typeof path !== "string" || isUrl(path)) throw new TypeError(`${name} names no local file`);
    const found = await resolveDataPath(path, context);
    return `${found} ${await fileStamp(found)}`;
  };
  return Promise.all(files.map(stampOf)).catch(() => undefined);
}
