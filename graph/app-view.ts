/** The App view: which parameters and outputs of a graph colleagues see who only run it. Pure. */
import type { Catalogue } from "./define-node";
import { type GraphFile, type GraphNode, parsePortRef } from "./document";
import type { Overrides } from "./overrides";
import { withDescendants } from "./topology";

export type AppInput = { ref: string; node: GraphNode; param: string };
export type AppOutput = { node: GraphNode; ports: string[] };

/** What the file names and the graph still has, in the file's order. Secrets are never shown. */
export function appInputs(file: GraphFile, catalogue: Catalogue): AppInput[] {
  const nodes = new Map(file.nodes.map((node) => [node.id, node]));
  return (file.app?.inputs ?? []).flatMap((ref) => {
    const dot = ref.indexOf(".");
    const node = nodes.get(ref.slice(0, dot));
    const param = ref.slice(dot + 1);
    const shape = node && catalogue[node.kind]?.params.shape;
    const known = shape && Object.hasOwn(shape, param);
    return node && known && !isSecret(node.params[param]) ? [{ ref, node, param }] : [];
  });
}

const isSecret = (value: unknown) => typeof value === "object" && value !== null && "secret" in value;

/** Outputs by node, so that a node with two shown outputs is drawn once. */
export function appOutputs(file: GraphFile, catalogue: Catalogue): AppOutput[] {
  const nodes = new Map(file.nodes.map((node) => [node.id, node]));
  const ports = new Map<GraphNode, string[]>();
  for (const ref of file.app?.outputs ?? []) {
    const { node: id, port } = parsePortRef(ref);
    const node = nodes.get(id);
    if (node && catalogue[node.kind]?.outputs[port]) ports.set(node, [...(ports.get(node) ?? []), port]);
  }
  return [...ports].map(([node, list]) => ({ node, ports: list }));
}

/**
 * What an App's Run covers: the nodes of its outputs. Those that act on the world, or need one that does, keep their
 * last result: a person who only runs deploys nothing.
 */
export function appTargets(file: GraphFile, catalogue: Catalogue): string[] {
  const acting = file.nodes.filter((node) => catalogue[node.kind]?.sideEffect).map(({ id }) => id);
  const needsOne = withDescendants(file, acting);
  return appOutputs(file, catalogue)
    .map(({ node }) => node.id)
    .filter((id) => !needsOne.has(id));
}

/** Names among the overrides that the App does not offer. */
export function notOffered(file: GraphFile, catalogue: Catalogue, overrides: Overrides): string[] {
  const offered = new Set(appInputs(file, catalogue).map(({ ref }) => ref));
  return Object.keys(overrides).filter((name) => !offered.has(name));
}
