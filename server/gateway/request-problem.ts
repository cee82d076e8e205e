/** What is wrong with a request, as a sentence about the field that is wrong. */
import type { z } from "zod";
import { badParam } from "./errors";

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** @throws ApiError that names the field and what is wrong with it */
export function refuse(error: z.ZodError, body: unknown): never {
  const { path, issue } = innermost(error.issues[0]!, []);
  const param = path.map(String).join(".");
  const value = valueAt(body, path);
  if (value === undefined) throw badParam(param, `\`${param}\` is missing.`, "missing_required_parameter");
  throw badParam(param, `\`${param}\` ${sentence(issue, value)}.`);
}

/** Of a union the form that fits best: the one whose fault lies deepest, else one that is not about the kind of value. */
function innermost(issue: Issue, before: Path): { path: Path; issue: Issue } {
  const path = [...before, ...issue.path];
  if (issue.code !== "invalid_union") return { path, issue };
  const forms = issue.errors.flatMap((form) => (form[0] ? [innermost(form[0], path)] : []));
  const deepest = Math.max(path.length, ...forms.map((form) => form.path.length));
  const fitting = forms.filter((form) => form.issue.code !== "invalid_type");
  if (deepest > path.length) return forms.find((form) => form.path.length === deepest)!;
  return fitting[0] ?? { path, issue };
}

function valueAt(body: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (at, name) =>
      typeof at === "object" && at !== null && Object.hasOwn(at, name)
        ? (at as Record<PropertyKey, unknown>)[name]
        : undefined,
    body,
  );
}

const NAMES = new Map([
  ["string", "a text"],
  ["number", "a number"],
  ["int", "a whole number"],
  ["boolean", "true or false"],
  ["array", "a list"],
  ["object", "an object"],
  ["record", "an object"],
]);
const nameOf = (type: string) => NAMES.get(type) ?? type;

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return nameOf(typeof value);
}

function sentence(issue: Issue, value: unknown): string {
  switch (issue.code) {
    case "invalid_type":
      return `is ${kindOf(value)}, and must be ${nameOf(issue.expected)}`;
    case "too_big":
      return sized(
        issue.origin,
        value,
        Number(issue.maximum),
        issue.inclusive === false ? "below" : "at most",
      );
    case "too_small":
      return sized(
        issue.origin,
        value,
        Number(issue.minimum),
        issue.inclusive === false ? "above" : "at least",
      );
    case "invalid_value":
      return `is ${shown(value)}, and must be one of ${issue.values.map((one) => String(one)).join(", ")}`;
    case "invalid_union": {
      if (issue.errors.length === 0) return `is ${shown(value)}, and ${issue.message}`;
      const types = issue.errors.flatMap((form) =>
        form.flatMap((one) => (one.code === "invalid_type" ? [nameOf(one.expected)] : [])),
      );
      const options = [...new Set(types)];
      return options.length
        ? `is ${kindOf(value)}, and must be ${options.join(" or ")}`
        : `is ${shown(value)}, which is none of the forms that it may have`;
    }
    case "custom":
      return issue.message;
    default:
      return `has a form that it may not have`;
  }
}

function sized(origin: string, value: unknown, limit: number, bound: string): string {
  const most = limit.toLocaleString("en-US");
  if (Array.isArray(value)) {
    const [has, items] = [value.length.toLocaleString("en-US"), value.length === 1 ? "entry" : "entries"];
    return value.length === 0 ? "is empty" : `has ${has} ${items}, and may have ${bound} ${most}`;
  }
  if (origin === "string") return value === "" ? "is empty" : `must have ${bound} ${most} characters`;
  return `is ${shown(value)}, and must be ${bound} ${most}`;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
