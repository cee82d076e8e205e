/** Parameters against their schema: each problem names the field and what it wants. */
import type { z } from "zod";
import type { AnyNode } from "../define-node";
import type { GraphNode } from "../document";
import { type Problem, problem } from "../problems";

export function checkParams(
  node: Pick<GraphNode, "id" | "params">,
  definition: AnyNode,
): { params?: Record<string, unknown>; problems: Problem[] } {
  const known = Object.keys(definition.params.shape);
  const unknown = Object.keys(node.params)
    .filter((name) => !known.includes(name))
    .map((param) => problem("param-unknown", { node: node.id, param }, { param, known: known.join(", ") }));
  const parsed = definition.params.safeParse(node.params);
  if (parsed.success) return unknown.length ? { problems: unknown } : { params: parsed.data, problems: [] };
  return { problems: [...unknown, ...parsed.error.issues.map((issue) => paramProblem(node, issue))] };
}

function paramProblem(node: Pick<GraphNode, "id" | "params">, issue: z.core.$ZodIssue): Problem {
  const param = String(issue.path[0] ?? "");
  const where = { node: node.id, param };
  const value = JSON.stringify(node.params[param]) ?? "nothing";
  const name = issue.path.map(String).join(".");
  switch (issue.code) {
    case "too_small":
      return problem("param-too-small", where, { param: name, value, limit: Number(issue.minimum) });
    case "too_big":
      return problem("param-too-big", where, { param: name, value, limit: Number(issue.maximum) });
    case "invalid_value":
      return problem("param-not-an-option", where, {
        param: name,
        value,
        options: issue.values.map(String).join(", "),
      });
    case "invalid_type":
      if (node.params[param] === undefined) return problem("param-missing", where, { param: name });
      return problem("param-wrong-type", where, { param: name, value, expected: issue.expected });
    default:
      return problem("param-refused", where, { param: name, value, detail: issue.message });
  }
}
