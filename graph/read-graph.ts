/** Reads a graph file: whatever it holds is kept, or named with where it stands and what to do. */
import type { z } from "zod";
import { GRAPH_FORMAT, type GraphFile, graphSchema, NODE_STATES, parsePortRef, point } from "./document";
import { readJsonText } from "./json-text";
import { GRAPH_LIMITS as LIMITS } from "./limits";
import { type Problem, problem } from "./problems";
import { isStorableText } from "./storable";

export type GraphRead = { file?: GraphFile; problems: Problem[] };

/** More are counted: a file of another program may have one at every key. */
const MOST_PROBLEMS = 20;

/** Reads a graph file's text. A bad file gives problems and no graph. Unknown kinds are kept as they are. */
export function parseGraph(text: string): GraphRead {
  if (text.length > LIMITS.fileBytes) return { problems: [problem("graph-too-long", {}, megabytes())] };
  const read = readJsonText(text);
  return "problem" in read ? { problems: [read.problem] } : readGraph(read.value);
}

const megabytes = () => ({ limit: LIMITS.fileBytes / 1e6 });

export function readGraph(json: unknown): GraphRead {
  // First: what follows walks by recursion, and zod leaves a key `__proto__` out of records.
  const strange = notGraph(json) ?? tooMany(json) ?? findStrange(json);
  if (strange) return { problems: [strange] };
  const parsed = graphSchema.safeParse(json);
  if (!parsed.success)
    return { problems: atMost(parsed.error.issues.flatMap((i) => fieldProblems(json, i))) };
  const file = withOddPlace(parsed.data, json);
  const problems = [...repeatedIds(file), ...repeatedTargets(file), ...longParams(file)];
  return problems.length ? { problems: atMost(problems) } : { file, problems };
}

function atMost(problems: Problem[]): Problem[] {
  const more = problems.length - MOST_PROBLEMS;
  if (more <= 0) return problems;
  return [...problems.slice(0, MOST_PROBLEMS), problem("graph-more-problems", {}, { count: more })];
}

function notGraph(json: unknown): Problem | undefined {
  if (typeof json !== "object" || json === null || Array.isArray(json) || !Object.hasOwn(json, "telar"))
    return problem("graph-not-graph", {}, { known: GRAPH_FORMAT });
  const { telar } = json as { telar: unknown };
  if (telar === GRAPH_FORMAT) return undefined;
  if (typeof telar === "number" && telar > GRAPH_FORMAT)
    return problem("graph-too-new", {}, { version: telar, known: GRAPH_FORMAT });
  return problem("graph-format", {}, { value: short(telar), known: GRAPH_FORMAT });
}

const LISTS = ["nodes", "wires", "notes", "frames"] as const;

function tooMany(json: unknown): Problem | undefined {
  for (const list of LISTS) {
    const items = (json as Record<string, unknown>)[list];
    if (Array.isArray(items) && items.length > LIMITS[list])
      return problem("graph-too-many", {}, { field: list, count: items.length, limit: LIMITS[list] });
  }
  return undefined;
}

type Spot = { key: string; above?: Spot | undefined };
const fieldOf = (spot: Spot | undefined): string => {
  const keys: string[] = [];
  for (let at = spot; at; at = at.above) keys.unshift(at.key);
  return short(keys.join("."), 200);
};

/** The root, `nodes`, a node, `params`: the fourth below is the value of a parameter. */
const PARAM_DEPTH = 4;

/** What JSON allows and a draft or a database cannot keep. Without recursion: depth is one of the things it looks for. */
export function findStrange(json: unknown): Problem | undefined {
  const waiting: { value: unknown; depth: number; spot?: Spot | undefined }[] = [{ value: json, depth: 0 }];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { value, depth, spot } = next;
    if (typeof value === "string" && !isStorableText(value))
      return problem("graph-text", {}, { field: fieldOf(spot) });
    if (typeof value === "number" && !Number.isFinite(value))
      return problem("graph-field-type", {}, { field: fieldOf(spot), expected: "number" });
    if (typeof value !== "object" || value === null) continue;
    if (depth > LIMITS.depth)
      return problem("graph-too-deep", {}, { field: fieldOf(spot), limit: LIMITS.depth });
    for (const [key, inner] of Object.entries(value)) {
      const at = { key, above: spot };
      if (!isStorableText(key)) return problem("graph-text", {}, { field: fieldOf(spot) || "telar" });
      // A node may have this id; in any other place it is nothing that Telar knows, and Yjs would not keep it.
      const odd = key === "__proto__" && !(spot?.key === "layout" && point.safeParse(inner).success);
      // Neither would Yjs keep an object as a parameter whose own key is `constructor`.
      const taken = key === "constructor" && depth === PARAM_DEPTH && spot?.above?.key === "params";
      if (odd || taken) return problem("graph-key-refused", {}, { key, field: fieldOf(at) });
      waiting.push({ value: inner, depth: depth + 1, spot: at });
    }
  }
  return undefined;
}

function fieldProblems(json: unknown, issue: z.core.$ZodIssue): Problem[] {
  const [list, index] = issue.path;
  const field = issue.path.map(String).join(".");
  const item =
    typeof index === "number"
      ? (json as Record<string, { id?: unknown }[]>)[String(list)]?.[index]
      : undefined;
  const where = list === "nodes" && typeof item?.id === "string" ? { node: short(item.id, 64) } : {};
  const say = (code: string, values = {}) => [problem(code, where, { field, ...values })];
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.flatMap((key) =>
        problem("graph-field-unknown", where, { field: short([...issue.path, key].join("."), 200) }),
      );
    case "invalid_type": {
      const given = issue.path.reduce<unknown>(
        (at, key) => (at as Record<PropertyKey, unknown>)?.[key],
        json,
      );
      return given === undefined
        ? say("graph-field-missing")
        : say("graph-field-type", { expected: issue.expected });
    }
    case "too_big":
    case "too_small": {
      const limit = Number(issue.code === "too_big" ? issue.maximum : issue.minimum);
      if (issue.origin === "string" && issue.code === "too_big") return say("graph-field-long", { limit });
      if (issue.origin === "string") return say("graph-field-missing");
      if (issue.origin === "array") return say("graph-too-many", { count: limit + 1, limit });
      return say(issue.code === "too_big" ? "graph-field-most" : "graph-field-least", { limit });
    }
    case "invalid_format":
      if (list === "wires" || list === "app") return say("graph-field-ref");
      return say(issue.path.includes("frozen") ? "graph-field-digest" : "graph-field-id");
    case "invalid_key":
      return say("graph-field-id");
    case "invalid_value":
      return say("graph-field-option", { options: NODE_STATES.join(", ") });
    default:
      return say("graph-field-type", { expected: "other" });
  }
}

/** Of a node called `__proto__`. */
function withOddPlace(file: GraphFile, json: unknown): GraphFile {
  const given = (json as { layout?: object }).layout;
  if (!given || !Object.hasOwn(given, "__proto__")) return file;
  const place = Object.entries(given).filter(([id]) => id === "__proto__");
  return { ...file, layout: Object.fromEntries([...Object.entries(file.layout ?? {}), ...place]) };
}

function repeated<T>(items: readonly T[], key: (item: T) => string): T[] {
  const seen = new Set<string>();
  return items.filter((item) => {
    if (seen.has(key(item))) return true;
    seen.add(key(item));
    return false;
  });
}

function repeatedIds(file: GraphFile): Problem[] {
  const owners = [...file.nodes, ...(file.notes ?? []), ...(file.frames ?? [])];
  return repeated(owners, (o) => o.id).map(({ id }) => problem("id-repeated", { node: id }, { id }));
}

function repeatedTargets(file: GraphFile): Problem[] {
  return repeated(file.wires, (w) => w.to).map(({ to }) => {
    const { node, port } = parsePortRef(to);
    return problem("input-taken", { node, port }, { to });
  });
}

function longParams(file: GraphFile): Problem[] {
  return file.nodes
    .filter(({ params }) => JSON.stringify(params).length > LIMITS.params)
    .map(({ id }) => problem("graph-params-long", { node: id }, { limit: LIMITS.params }));
}

const short = (value: unknown, length = 40): string => {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? String(value));
  return text.length > length ? `${text.slice(0, length).toWellFormed()}…` : text;
};
