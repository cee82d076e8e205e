/** A JSON Schema read part by part: each keyword checked, what no answer can be held to refused with its place. */
import { FORMATS, FREE_FORMATS, impliesFormat, NUMBER_FORMATS } from "./formats";
import { limits } from "./limits";
import type { Bound } from "./numbers";
import { PatternUnheld, readPattern } from "./pattern";
import { badReference, malformed, tooLarge, unheld, unknownKeyword } from "./schema-error";

export const TYPES = ["object", "array", "string", "number", "integer", "boolean", "null"] as const;
export type JsonType = (typeof TYPES)[number];

export type Schema = {
  /** JSON pointer of where it stands. */
  at: string;
  /** All of these hold too. */
  all: Schema[];
  /** Of each, one option holds. */
  unions: { keyword: "anyOf" | "oneOf"; at: string; options: Schema[] }[];
  refs: string[];
  never?: true;
  types?: JsonType[];
  values?: unknown[];
  lower?: Bound;
  upper?: Bound;
  multipleOf?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  format?: string;
  properties: Map<string, Schema>;
  /** Undefined where the schema does not say. */
  required?: ReadonlySet<string>;
  additional?: Schema;
  patternProperties: Map<string, Schema>;
  propertyNames?: Schema;
  minProperties?: number;
  maxProperties?: number;
  prefix?: Schema[];
  items?: Schema;
  minItems?: number;
  maxItems?: number;
};

export type SchemaReader = {
  /** The part at a pointer. */
  read(raw: unknown, at: string): Schema;
  /** What a reference names. */
  target(ref: string): Schema;
};

type Keyword = (
  value: unknown,
  schema: Schema,
  at: string,
  keyword: string,
  raw: Record<string, unknown>,
) => void;

/** Said for people, for editors and for other programs. */
const ANNOTATIONS = new Set(
  "$schema $comment $defs definitions title description default example examples deprecated readOnly writeOnly discriminator externalDocs xml contentEncoding contentMediaType markdownDescription enumDescriptions enumNames propertyOrdering strict errorMessage".split(
    " ",
  ),
);
/** Parts of JSON Schema that a grammar cannot hold, or that point where nobody can look. */
const UNHELD = new Set(
  "not if then else contains minContains maxContains dependentRequired dependentSchemas dependencies contentSchema $dynamicRef $dynamicAnchor $recursiveRef $recursiveAnchor $anchor $vocabulary $id id extends disallow divisibleBy".split(
    " ",
  ),
);

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const pointerPart = (name: string) => name.replaceAll("~", "~0").replaceAll("/", "~1");

export function schemaReader(root: unknown): SchemaReader {
  const known = new Map<unknown, Schema>();
  let count = 0;
  let values = 0;

  function read(raw: unknown, at: string): Schema {
    if (++count > limits.subschemas) throw tooLarge("subschemas", limits.subschemas);
    const found = known.get(raw);
    if (found) return found;
    const schema: Schema = {
      at,
      all: [],
      unions: [],
      refs: [],
      properties: new Map(),
      patternProperties: new Map(),
    };
    if (raw === false) return { ...schema, never: true };
    if (raw === true) return schema;
    if (!isObject(raw)) throw malformed("schema", at);
    if (at.split("/").length > limits.depth * 2) throw tooLarge("depth", limits.depth);
    known.set(raw, schema);
    for (const [keyword, value] of Object.entries(raw)) {
      const take = KEYWORDS.get(keyword);
      // Inside the schema another name would change what references mean.
      if ((keyword === "$id" || keyword === "id") && at === "") continue;
      if (take) take(value, schema, at, keyword, raw);
      else if (UNHELD.has(keyword)) throw unheld(keyword, `${at}/${pointerPart(keyword)}`);
      else if (!ANNOTATIONS.has(keyword) && !keyword.startsWith("x-"))
        throw unknownKeyword(keyword.slice(0, 80), at);
    }
    besidePattern(schema);
    return schema;
  }

  const each = (value: unknown, at: string, keyword: string): Schema[] => {
    if (!Array.isArray(value) || value.length === 0) throw malformed(keyword, at);
    return value.map((one, i) => read(one, `${at}/${keyword}/${i}`));
  };
  const named = (value: unknown, at: string, keyword: string): Map<string, Schema> => {
    if (!isObject(value)) throw malformed(keyword, at);
    return new Map(
      Object.entries(value).map(([name, one]) => [name, read(one, `${at}/${keyword}/${pointerPart(name)}`)]),
    );
  };
  const number = (value: unknown, at: string, keyword: string): number => {
    if (typeof value !== "number" || !Number.isFinite(value)) throw malformed(keyword, at);
    return value;
  };
  const count0 =
    (
      name: "minLength" | "maxLength" | "minItems" | "maxItems" | "minProperties" | "maxProperties",
    ): Keyword =>
    (value, schema, at, keyword) => {
      if (!Number.isInteger(value) || (value as number) < 0) throw malformed(keyword, at);
      schema[name] = value as number;
    };
  const bound =
    (side: "lower" | "upper", exclusive: boolean): Keyword =>
    (value, schema, at, keyword) => {
      const next: Bound = { value: number(value, at, keyword), exclusive };
      schema[side] = tighter(side, schema[side], next);
    };
  const mustBeFalse: Keyword = (value, _, at, keyword) => {
    // Only what is named is ever written.
    if (value !== false && value !== true && !(isObject(value) && Object.keys(value).length === 0))
      throw unheld(keyword, `${at}/${keyword}`);
  };

  const KEYWORDS = new Map<string, Keyword>([
    [
      "$ref",
      (value, schema, at) => {
        if (typeof value !== "string") throw malformed("$ref", at);
        if (lookUp(value) === undefined) throw badReference(value, at);
        schema.refs.push(value);
      },
    ],
    ["allOf", (value, schema, at, keyword) => void schema.all.push(...each(value, at, keyword))],
    [
      "anyOf",
      (value, schema, at, keyword) =>
        void schema.unions.push({ keyword: "anyOf", at: `${at}/anyOf`, options: each(value, at, keyword) }),
    ],
    [
      "oneOf",
      (value, schema, at, keyword) =>
        void schema.unions.push({ keyword: "oneOf", at: `${at}/oneOf`, options: each(value, at, keyword) }),
    ],
    [
      "type",
      (value, schema, at, _, raw) => {
        const types = Array.isArray(value) ? value : [value];
        if (types.length === 0 || !types.every((one) => TYPES.includes(one as JsonType)))
          throw malformed("type", at);
        schema.types = [
          ...new Set([...(types as JsonType[]), ...(raw.nullable === true ? (["null"] as const) : [])]),
        ];
      },
    ],
    [
      "nullable",
      (value, _, at, keyword) => {
        if (typeof value !== "boolean") throw malformed(keyword, at);
      },
    ],
    [
      "enum",
      (value, schema, at) => {
        if (!Array.isArray(value) || value.length === 0) throw malformed("enum", at);
        values += value.length;
        if (values > limits.enumValues) throw tooLarge("enumValues", limits.enumValues);
        schema.values = common(schema.values, value);
      },
    ],
    [
      "const",
      (value, schema) => {
        schema.values = common(schema.values, [value]);
      },
    ],
    ["minimum", bound("lower", false)],
    ["maximum", bound("upper", false)],
    ["exclusiveMinimum", bound("lower", true)],
    ["exclusiveMaximum", bound("upper", true)],
    [
      "multipleOf",
      (value, schema, at, keyword) => {
        schema.multipleOf = number(value, at, keyword);
        if (schema.multipleOf <= 0) throw malformed(keyword, at);
      },
    ],
    ...(["minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"] as const).map(
      (name) => [name, count0(name)] as const,
    ),
    [
      "pattern",
      (value, schema, at, keyword) => {
        if (typeof value !== "string") throw malformed(keyword, at);
        try {
          new RegExp(value, "u");
        } catch {
          throw malformed(keyword, at);
        }
        schema.pattern = value;
      },
    ],
    [
      "format",
      (value, schema, at, keyword) => {
        if (typeof value !== "string") throw malformed(keyword, at);
        const bounds = NUMBER_FORMATS.get(value);
        if (bounds) {
          schema.lower = tighter("lower", schema.lower, { value: bounds[0], exclusive: false });
          schema.upper = tighter("upper", schema.upper, { value: bounds[1], exclusive: false });
        }
        if (!FREE_FORMATS.has(value) && !NUMBER_FORMATS.has(value)) schema.format = value;
      },
    ],
    [
      "properties",
      (value, schema, at, keyword) => {
        schema.properties = named(value, at, keyword);
      },
    ],
    [
      "patternProperties",
      (value, schema, at, keyword) => {
        schema.patternProperties = named(value, at, keyword);
      },
    ],
    [
      "required",
      (value, schema, at, keyword) => {
        if (!Array.isArray(value) || !value.every((one) => typeof one === "string"))
          throw malformed(keyword, at);
        schema.required = new Set(value as string[]);
      },
    ],
    [
      "additionalProperties",
      (value, schema, at, keyword) => {
        schema.additional = read(value, `${at}/${keyword}`);
      },
    ],
    [
      "propertyNames",
      (value, schema, at, keyword) => {
        schema.propertyNames = read(value, `${at}/${keyword}`);
      },
    ],
    [
      "prefixItems",
      (value, schema, at, keyword) => {
        schema.prefix = each(value, at, keyword);
      },
    ],
    [
      "items",
      (value, schema, at, keyword, raw) => {
        if (!Array.isArray(value)) schema.items = read(value, `${at}/items`);
        else {
          // As drafts before 2020 wrote tuples.
          schema.prefix = value.length ? each(value, at, keyword) : [];
          if (raw.additionalItems !== undefined)
            schema.items = read(raw.additionalItems, `${at}/additionalItems`);
        }
      },
    ],
    ["additionalItems", () => {}],
    ["unevaluatedProperties", mustBeFalse],
    ["unevaluatedItems", mustBeFalse],
    [
      "uniqueItems",
      (value, _, at, keyword) => {
        if (typeof value !== "boolean") throw malformed(keyword, at);
        if (value) throw unheld(keyword, `${at}/uniqueItems`);
      },
    ],
  ]);

  function lookUp(ref: string): unknown {
    if (!/^#(\/|$)/.test(ref)) return undefined;
    let at: unknown = root;
    for (const part of ref.split("/").slice(1)) {
      let name: string;
      try {
        name = decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~");
      } catch {
        return undefined;
      }
      if (typeof at !== "object" || at === null || !Object.hasOwn(at, name)) return undefined;
      at = (at as Record<string, unknown>)[name];
    }
    return isObject(at) || typeof at === "boolean" ? at : undefined;
  }

  return { read, target: (ref) => read(lookUp(ref), ref.slice(1)) };
}

/** A pattern and a format hold at once only where the one is known to be the other. */
function besidePattern(schema: Schema): void {
  const { pattern, format, at } = schema;
  if (pattern !== undefined && format !== undefined && impliesFormat(pattern, format)) {
    if (patternHolds(pattern)) delete schema.format;
    else delete schema.pattern;
  } else if (pattern !== undefined && format !== undefined) throw unheld("pattern", `${at}/pattern`);
  if (schema.pattern !== undefined && !patternHolds(schema.pattern)) throw unheld("pattern", `${at}/pattern`);
  if (schema.format !== undefined && !FORMATS.has(schema.format)) throw unheld("format", `${at}/format`);
  if (
    (schema.pattern !== undefined || schema.format !== undefined) &&
    (schema.minLength !== undefined || schema.maxLength !== undefined)
  )
    throw unheld(
      schema.minLength === undefined ? "maxLength" : "minLength",
      `${at}/${schema.minLength === undefined ? "maxLength" : "minLength"}`,
    );
}

function patternHolds(pattern: string): boolean {
  try {
    readPattern(pattern);
    return true;
  } catch (error) {
    if (error instanceof PatternUnheld) return false;
    throw error;
  }
}

export function tighter(side: "lower" | "upper", a: Bound | undefined, b: Bound): Bound {
  if (!a) return b;
  if (a.value === b.value) return { value: a.value, exclusive: a.exclusive || b.exclusive };
  return a.value > b.value === (side === "lower") ? a : b;
}

/** Values that stand in both lists. */
export function common(a: readonly unknown[] | undefined, b: readonly unknown[]): unknown[] {
  if (!a) return [...b];
  const texts = new Set(a.map(canonical));
  return b.filter((one) => texts.has(canonical(one)));
}

/** Equal for equal values, whatever the order of their keys. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([name, one]) => `${JSON.stringify(name)}:${canonical(one)}`).join(",")}}`;
}

export function typeOf(value: unknown): JsonType {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value as "string" | "boolean" | "object";
}
