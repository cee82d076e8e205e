/** Whether the JSON Schema of a chain is one, told while it is edited. */
import type { z } from "zod";
import { schemaGrammar } from "@/engines/json-schema/compile";
import { Failure } from "@/graph/problems";
import { type chain, parseSchema } from "./definition";

/** What only the grammar of this installation's own models cannot hold; a server elsewhere may. */
const OURS: ReadonlySet<string> = new Set([
  "json-schema-unheld",
  "json-schema-overlap",
  "json-schema-too-large",
]);

/** @throws Failure `json-schema-…` that names the place in the schema */
export default async function probe({
  output,
  jsonSchema,
}: z.output<typeof chain.params>): Promise<undefined> {
  const schema = output === "json" ? parseSchema(jsonSchema) : undefined;
  if (schema) checkSchema(schema, { ours: false });
}

/** `ours`: an answer is held to it by a model of this installation. */
export function checkSchema(schema: Record<string, unknown>, { ours }: { ours: boolean }): void {
  try {
    schemaGrammar(schema);
  } catch (error) {
    if (error instanceof Failure && !ours && OURS.has(error.reason)) return;
    throw error;
  }
}
