import type { AnyNode } from "@/graph/define-node";
import { emptyGraph, type GraphFile, type GraphNode } from "@/graph/document";
import { kindFor } from "@/graph/opens";
import { catalogue } from "@/nodes/index";
import { getExample, listExamples } from "../examples/list-examples";

type Source = Pick<AnyNode, "kind" | "version"> & Required<Pick<AnyNode, "opens">>;

/** A graph around a person's own file: a template that trains with its source replaced, else the source alone. */
export async function graphAroundData(path: string): Promise<GraphFile> {
  const name = path.replace(/^.*\//, "").replace(/\.[a-z0-9.]+$/i, "");
  const source = sourceOf(path);
  const [template] = (await listExamples())
    .filter(
      ({ kinds }) =>
        kinds.filter((kind) => kind === source.kind).length === 1 &&
        kinds.some((kind) => catalogue[kind]?.category === "train"),
    )
    .sort((a, b) => b.kinds.length - a.kinds.length);
  if (!template)
    return { ...emptyGraph(name), nodes: [sourceNode(source, path)], layout: { data: [80, 120] } };
  const example = await getExample(template.id);
  return {
    ...example,
    name,
    nodes: example.nodes.map((node) => fresh(node, source, path)),
    ...(example.notes ? { notes: [] } : {}),
  };
}

/** What opens the file; a name without a known ending is taken for data, whose format is told by its content. */
function sourceOf(path: string): Source {
  const found = kindFor(path, catalogue);
  if (found) return found;
  for (const definition of Object.values(catalogue)) {
    const { opens } = definition;
    if (opens && definition.category === "data") return { ...definition, opens };
  }
  throw new Error("No kind of the category data opens files.");
}

/** The source reads the person's file. Other kinds of data name columns of the template's own: they start anew. */
function fresh(node: GraphNode, source: Source, path: string): GraphNode {
  const { title: _, ...rest } = node;
  if (node.kind === source.kind) return { ...rest, params: source.opens.params(path) };
  const ofData = catalogue[source.kind]?.category === "data" && catalogue[node.kind]?.category === "data";
  return ofData ? { ...rest, params: {} } : node;
}

const sourceNode = ({ kind, version, opens }: Source, path: string): GraphNode => ({
  id: "data",
  kind,
  version,
  params: opens.params(path),
});
