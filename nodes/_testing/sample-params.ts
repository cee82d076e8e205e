import { z } from "zod";
import type { Params } from "@/graph/define-node";

type Schema = {
  type?: string;
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  minimum?: number;
  exclusiveMinimum?: number;
  minItems?: number;
  minLength?: number;
  pattern?: string;
};

/** What a needed text may be: the path of a file, a name. */
const TEXTS = ["rows.jsonl", "rows"];

/** Parameters with nothing but what is needed: the smallest value that each needed one allows. */
export function sampleParams(params: Params): Record<string, unknown> {
  return sample(z.toJSONSchema(params, { io: "input", unrepresentable: "any" }) as Schema) as Record<
    string,
    unknown
  >;
}

function sample(schema: Schema): unknown {
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  if (schema.anyOf) return sample(schema.anyOf[0]!);
  switch (schema.type) {
    case "object":
      return Object.fromEntries(
        (schema.required ?? []).map((name) => [name, sample(schema.properties?.[name] ?? {})]),
      );
    case "array":
      return Array.from({ length: schema.minItems ?? 0 }, () => sample(schema.items ?? {}));
    case "integer":
    case "number":
      return schema.minimum ?? (schema.exclusiveMinimum ?? 0) + 1;
    case "boolean":
      return false;
    default:
      return TEXTS.map((text) => text.padEnd(schema.minLength ?? 0, "x")).find((text) =>
        new RegExp(schema.pattern ?? "").test(text),
      );
  }
}
