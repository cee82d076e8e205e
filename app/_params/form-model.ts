/** A form from a kind's parameters: which widget each one gets, its range, options and default. Pure; words come from the kind's texts. */
import { z } from "zod";
import { issueOf } from "@/graph/checks/params";
import type { AnyNode } from "@/graph/define-node";

export const WIDGETS = [
  "number",
  "slider",
  "select",
  "multiselect",
  "switch",
  "text",
  "address",
  "code",
  "path",
  "secret",
  "model",
  "column",
  "list",
  "json",
] as const;
export type Widget = (typeof WIDGETS)[number];

export type FieldModel = {
  name: string;
  widget: Widget;
  advanced: boolean;
  /** May be left out: an empty field removes the parameter. */
  optional: boolean;
  default?: unknown;
  unit?: string;
  min?: number;
  max?: number;
  step?: number;
  integer?: true;
  /** Values, not labels. */
  options?: string[];
};

type Json = {
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  anyOf?: Json[];
  items?: Json;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  multipleOf?: number;
  default?: unknown;
  properties?: Record<string, Json>;
  required?: string[];
  widget?: string;
  unit?: string;
  advanced?: boolean;
  step?: number;
  suggestions?: string[];
};

const models = new WeakMap<object, FieldModel[]>();

/** Fields in the order a person wrote them, advanced ones last. */
export function formModel(definition: Pick<AnyNode, "params">): FieldModel[] {
  const known = models.get(definition.params);
  if (known) return known;
  const schema = z.toJSONSchema(definition.params, { io: "input", unrepresentable: "any" }) as Json;
  const required = new Set(schema.required ?? []);
  const fields = Object.entries(schema.properties ?? {}).map(([name, json]) =>
    field(name, json, required.has(name)),
  );
  const model = [...fields.filter((f) => !f.advanced), ...fields.filter((f) => f.advanced)];
  models.set(definition.params, model);
  return model;
}

function field(name: string, json: Json, required: boolean): FieldModel {
  const variants = json.anyOf?.filter((v) => v.type !== "null") ?? [plainType(json)];
  const nullable = (json.anyOf?.length ?? 1) !== variants.length || Array.isArray(json.type);
  const inner = {
    ...(variants.length === 1 ? variants[0] : { enum: constants(variants) }),
    ...meta(json),
  } as Json;
  const options = inner.enum?.map(String) ?? inner.items?.enum?.map(String) ?? inner.suggestions;
  const minimum = inner.minimum ?? inner.exclusiveMinimum;
  const maximum = inner.maximum ?? inner.exclusiveMaximum;
  const integer = inner.type === "integer";
  return {
    name,
    widget: widgetOf(inner, options),
    advanced: inner.advanced === true,
    optional: nullable || (!required && json.default === undefined),
    ...(json.default === undefined ? {} : { default: json.default }),
    ...(inner.unit ? { unit: inner.unit } : {}),
    ...(minimum === undefined || minimum <= Number.MIN_SAFE_INTEGER ? {} : { min: minimum }),
    ...(maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER ? {} : { max: maximum }),
    ...((inner.step ?? inner.multipleOf)
      ? { step: inner.step ?? inner.multipleOf }
      : integer
        ? { step: 1 }
        : {}),
    ...(integer ? { integer: true as const } : {}),
    ...(options?.length ? { options } : {}),
  };
}

/** `["number", "null"]` is a number that may be null. */
function plainType(json: Json): Json {
  const types = Array.isArray(json.type) ? json.type.filter((t) => t !== "null") : [];
  return types.length === 1 ? { ...json, type: types[0]! } : json;
}

const meta = ({ widget, unit, advanced, step, suggestions }: Json) =>
  Object.fromEntries(
    Object.entries({ widget, unit, advanced, step, suggestions }).filter(([, v]) => v !== undefined),
  );

function constants(variants: Json[]): unknown[] | undefined {
  const values = variants.flatMap((v) => v.enum ?? (v.const === undefined ? [] : [v.const]));
  return values.length >= variants.length ? values : undefined;
}

function widgetOf(json: Json, options: string[] | undefined): Widget {
  const asked = WIDGETS.find((w) => w === json.widget);
  const numeric = json.type === "number" || json.type === "integer";
  if (asked === "slider" && (!numeric || json.minimum === undefined || json.maximum === undefined))
    return "number";
  if (asked) return asked;
  if (json.type === "boolean") return "switch";
  if (numeric) return "number";
  if (json.type === "array")
    return json.items?.enum ? "multiselect" : json.items?.type === "string" ? "list" : "json";
  if (options?.length) return "select";
  if (json.type === "string") return "text";
  return "json";
}

export type FieldProblem =
  | { code: "too-small"; min: number }
  | { code: "too-big"; max: number }
  | { code: "not-a-number" }
  | { code: "not-whole" }
  | { code: "missing" }
  | { code: "above"; min: number }
  | { code: "below"; max: number }
  | { code: "too-short" | "too-few"; min: number }
  | { code: "too-long" | "too-many"; max: number }
  | { code: "not-an-option" }
  | { code: "not-json" }
  /** `form` names what the text is held to: an address, a header, a date. */
  | { code: "form"; form: string };

/** What is wrong with one value, by the schema of its parameter. The words of the validator are for nobody. */
export function fieldProblem(
  definition: Pick<AnyNode, "params">,
  name: string,
  value: unknown,
): FieldProblem | undefined {
  const schema = definition.params.shape[name] as z.ZodType | undefined;
  if (!schema) return undefined;
  const parsed = schema.safeParse(value);
  if (parsed.success) return undefined;
  if (value === undefined || value === "") return { code: "missing" };
  const { code, values } = issueOf(parsed.error.issues[0]!, value);
  const limit = Number(values.limit);
  switch (code) {
    case "param-too-small":
      return { code: "too-small", min: limit };
    case "param-too-big":
      return { code: "too-big", max: limit };
    case "param-not-above":
      return { code: "above", min: limit };
    case "param-not-below":
      return { code: "below", max: limit };
    case "param-too-short":
      return { code: "too-short", min: limit };
    case "param-too-long":
      return { code: "too-long", max: limit };
    case "param-too-few":
      return { code: "too-few", min: limit };
    case "param-too-many":
      return { code: "too-many", max: limit };
    case "param-not-an-option":
      return { code: "not-an-option" };
    case "param-wrong-type":
      if (values.expected === "int") return { code: "not-whole" };
      return values.expected === "number" ? { code: "not-a-number" } : { code: "form", form: "other" };
    default:
      return { code: "form", form: String(values.form ?? "other") };
  }
}

/** Reads what a person typed into a number field: `2e-4`, `0,5` and thousands with spaces are numbers. */
export function readNumber(text: string): number | undefined {
  const clean = text.replace(/[\s\u00a0\u202f]/g, "").replace(/^([^.,]*),([^.,]*)$/, "$1.$2");
  if (!/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(clean)) return undefined;
  return Number(clean);
}

/** Small rates read better as 2e-4 than as 0.0002. The decimal mark is the language's; `readNumber` reads either. */
export function showNumber(value: number, locale: string): string {
  const size = Math.abs(value);
  const plain = size > 0 && size < 0.001 ? value.toExponential().replace("e+", "e") : String(value);
  return locale === "en" ? plain : plain.replace(".", ",");
}
