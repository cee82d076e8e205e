/** Parameters changed for one run alone: `{ "train.rank": 8 }`. */
import type { GraphFile, JsonValue } from "./document";
import { type Problem, problem } from "./problems";

export type Overrides = Readonly<Record<string, JsonValue>>;

export function applyOverrides(
  file: GraphFile,
  overrides: Overrides,
): { file: GraphFile; problems: Problem[] } {
  const params = new Map(file.nodes.map((node) => [node.id, { ...node.params }]));
  const problems: Problem[] = [];
  for (const [name, value] of Object.entries(overrides)) {
    const dot = name.indexOf(".");
    const found = dot > 0 ? params.get(name.slice(0, dot)) : undefined;
    if (found) found[name.slice(dot + 1)] = value;
    else
      problems.push(problem("override-unknown", {}, { name, nodes: [...params.keys()].sort().join(", ") }));
  }
  return {
    file: { ...file, nodes: file.nodes.map((node) => ({ ...node, params: params.get(node.id)! })) },
    problems,
  };
}
