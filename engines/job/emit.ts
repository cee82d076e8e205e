/** The contract of jobs for who does not read TypeScript: JSON Schema, and dataclasses of Python made from it. */
import { z } from "zod";
import { jobAnswer, jobAsk } from "./ask";
import { jobEvent } from "./event";
import { jobFile } from "./job-file";

type Schema = {
  $ref?: string;
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  required?: string[];
  description?: string;
  $defs?: Record<string, Schema>;
};

const documents = { job: jobFile, event: jobEvent, ask: jobAsk, answer: jobAnswer };

/** Path below `trainer/telar_jobs` → content. */
export function emitContract(): Map<string, string> {
  const files = new Map<string, string>();
  const types = new Map<string, Schema>();
  for (const [name, schema] of Object.entries(documents)) {
    const { $defs = {}, ...root } = z.toJSONSchema(schema, { io: "input" }) as Schema;
    files.set(`schemas/${name}.json`, `${JSON.stringify({ ...root, $defs }, null, 2)}\n`);
    for (const [id, def] of Object.entries($defs)) types.set(id, def);
  }
  files.set("contract.py", python(types));
  return files;
}

const HEAD = `"""What Telar and a job write to each other. Made by \`npm run job-contract\` from engines/job; not to be edited."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal
`;

function python(types: ReadonlyMap<string, Schema>): string {
  const classes: string[] = [];
  /** After all classes: Python evaluates them where they stand. */
  const unions: string[] = [];
  for (const [id, schema] of types) {
    const options = schema.anyOf ?? (schema.properties ? undefined : schema.oneOf);
    if (schema.enum) unions.push(`${id} = ${pythonType(schema)}\n`);
    else if (options) unions.push(`${id} = ${options.map(pythonType).join(" | ")}\n`);
    else classes.push(dataclass(id, schema));
  }
  return [HEAD, ...classes, unions.join("")].join("\n\n");
}

function dataclass(id: string, { properties = {}, required = [], description }: Schema): string {
  const needed = new Set(required);
  const entries = Object.entries(properties);
  const fields = [
    ...entries.filter(([key]) => needed.has(key)).map(([key, of]) => field(key, pythonType(of), of)),
    ...entries
      .filter(([key]) => !needed.has(key))
      .map(([key, of]) => field(key, `${pythonType(of)} | None = None`, of)),
  ];
  const doc = description ? [`    """${description}"""`, ""] : [];
  return ["@dataclass(frozen=True, kw_only=True, slots=True)", `class ${id}:`, ...doc, ...fields, ""].join(
    "\n",
  );
}

function field(name: string, type: string, { description, $ref }: Schema): string {
  return `    ${name}: ${type}${description && !$ref ? `  # ${description}` : ""}`;
}

const PRIMITIVES: Record<string, string> = {
  string: "str",
  integer: "int",
  number: "float",
  boolean: "bool",
  null: "None",
};

function pythonType(schema: Schema): string {
  const { $ref, type, anyOf, oneOf, items, additionalProperties: rest } = schema;
  if ($ref) return $ref.replace("#/$defs/", "");
  if ("const" in schema) return `Literal[${JSON.stringify(schema.const)}]`;
  if (schema.enum) return `Literal[${schema.enum.map((one) => JSON.stringify(one)).join(", ")}]`;
  const options = anyOf ?? oneOf;
  if (options) return options.map(pythonType).join(" | ");
  if (Array.isArray(type)) return type.map((one) => pythonType({ ...schema, type: one })).join(" | ");
  if (type === "array") return `list[${pythonType(items ?? {})}]`;
  if (type === "object" && !schema.properties)
    return `dict[str, ${pythonType(typeof rest === "object" ? rest : {})}]`;
  if (type === undefined) return "Any";
  const primitive = PRIMITIVES[type];
  if (!primitive)
    throw new Error(
      `Give this part of the job contract an id, so that it has a name: ${JSON.stringify(schema)}`,
    );
  return primitive;
}
