import { emptyGraph, type GraphFile, type GraphNode } from "@/graph/document";
import { nodes } from "@/nodes/index";
import { getExample, listExamples } from "../examples/list-examples";

/** A graph around a person's own file: a template with its data set replaced, else the data set alone. */
export async function graphAroundData(path: string): Promise<GraphFile> {
  const name = path.replace(/^.*\//, "").replace(/\.[a-z0-9.]+$/i, "");
  const [template] = (await listExamples())
    .filter(
      ({ kinds }) =>
        kinds.filter((kind) => kind === "dataset-file").length === 1 && kinds.includes("lora-train"),
    )
    .sort((a, b) => b.kinds.length - a.kinds.length);
  if (!template) return { ...emptyGraph(name), nodes: [dataNode(path)], layout: { data: [80, 120] } };
  const example = await getExample(template.id);
  return {
    ...example,
    name,
    nodes: example.nodes.map((node) => (OF_THE_DATA.includes(node.kind) ? fresh(node, path) : node)),
    ...(example.notes ? { notes: [] } : {}),
  };
}

/** Kinds whose parameters name columns of the template's own data. */
const OF_THE_DATA: string[] = ["dataset-file", "to-chat", "split"];

function fresh(node: GraphNode, path: string): GraphNode {
  const { title: _, ...rest } = node;
  return { ...rest, params: node.kind === "dataset-file" ? { path } : {} };
}

const dataNode = (path: string): GraphNode => ({
  id: "data",
  kind: "dataset-file",
  version: nodes["dataset-file"].version,
  params: { path },
});
