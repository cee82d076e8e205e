/** Opening a file lifts every node to its kind's current version, one named step at a time. */
import type { Catalogue } from "./define-node";
import type { GraphFile, GraphNode } from "./document";
import { type Problem, problem } from "./problems";

/** Idempotent. Nodes of unknown kinds and of newer versions stay as they are and give a problem. */
export function migrateGraph(
  file: GraphFile,
  catalogue: Catalogue,
): { file: GraphFile; problems: Problem[] } {
  const problems: Problem[] = [];
  const nodes = file.nodes.map((node) => migrateNode(node, catalogue, problems));
  return { file: { ...file, nodes }, problems };
}

function migrateNode(node: GraphNode, catalogue: Catalogue, problems: Problem[]): GraphNode {
  const definition = catalogue[node.kind];
  if (!definition) {
    problems.push(
      problem("kind-unknown", { node: node.id }, { kind: node.kind, known: nearest(node.kind, catalogue) }),
    );
    return node;
  }
  if (node.version > definition.version) {
    const values = { kind: node.kind, version: node.version, known: definition.version };
    problems.push(problem("kind-too-new", { node: node.id }, values));
    return node;
  }
  let params: Record<string, unknown> = node.params;
  for (let version = node.version; version < definition.version; version++) {
    const step = definition.migrations?.[version];
    if (!step) throw new Error(`${node.kind} has no migration from version ${version}`);
    params = step(params);
  }
  return { ...node, version: definition.version, params: params as GraphNode["params"] };
}

/** The known kind that shares most letters pairs with a misspelt one. */
function nearest(kind: string, catalogue: Catalogue): string {
  const pairs = (s: string) =>
    new Set(Array.from({ length: Math.max(0, s.length - 1) }, (_, i) => s.slice(i, i + 2)));
  const mine = pairs(kind);
  const score = (other: string) => {
    const theirs = pairs(other);
    return [...mine].filter((p) => theirs.has(p)).length / Math.max(1, mine.size + theirs.size);
  };
  return Object.keys(catalogue).sort((a, b) => score(b) - score(a) || (a < b ? -1 : 1))[0] ?? "";
}
