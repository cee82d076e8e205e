/** Parameters against their schema: each problem names the field and what it wants. */
import type { z } from "zod";
import type { AnyNode } from "../define-node";
import type { GraphNode } from "../document";
import { type Problem, problem, type Values } from "../problems";

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
  const given = issue.path.length ? node.params[param] : undefined;
  const { code, values } = issueOf(issue, given);
  const shown = { param: issue.path.map(String).join("."), value: JSON.stringify(given) ?? "" };
  return problem(code, { node: node.id, param }, { ...shown, ...values });
}

/** The forms that texts of parameters are held to. A schema names one as the message of its pattern. */
const FORMS = new Set(["address", "header", "date"]);

/** What a schema found wrong with a value, as a code and values: never the words of the validator. */
export function issueOf(issue: z.core.$ZodIssue, given: unknown): { code: string; values: Values } {
  const say = (code: string, values: Values = {}) => ({ code, values });
  switch (issue.code) {
    case "too_small":
    case "too_big":
      return say(SIZE_CODES[issue.code][sizeOf(issue)], { limit: limitOf(issue) });
    case "invalid_value":
      return say("param-not-an-option", { options: issue.values.map(String).join(", ") });
    case "invalid_type":
      return given === undefined
        ? say("param-missing")
        : say("param-wrong-type", { expected: issue.expected });
    case "invalid_format": {
      const form = issue.format === "date" ? "date" : issue.message;
      return say("param-form", { form: FORMS.has(form) ? form : "other" });
    }
    default:
      return say("param-refused");
  }
}

type Sized = Extract<z.core.$ZodIssue, { code: "too_small" | "too_big" }>;

const SIZE_CODES = {
  too_small: {
    number: "param-too-small",
    beyond: "param-not-above",
    text: "param-too-short",
    list: "param-too-few",
  },
  too_big: {
    number: "param-too-big",
    beyond: "param-not-below",
    text: "param-too-long",
    list: "param-too-many",
  },
} as const;

function sizeOf(issue: Sized): keyof (typeof SIZE_CODES)["too_small"] {
  if (issue.origin === "string") return "text";
  if (issue.origin === "array" || issue.origin === "set" || issue.origin === "map") return "list";
  return issue.inclusive === false ? "beyond" : "number";
}

const limitOf = (issue: Sized) => Number(issue.code === "too_small" ? issue.minimum : issue.maximum);
