/** Looks at a request before the model is loaded for it: what is wrong with its form costs nobody a start. */
import type { z } from "zod";
import { schemaGrammar } from "@/engines/json-schema/compile";
import { parseBody } from "../../read-body";
import type { JsonObject } from "../backend";
import type { Asked } from "../backend-store";
import { ignoredFields, refuseUnsupported } from "./fields";
import { type ChatRequest, chatSchema, completionSchema, embeddingsSchema } from "./schemas";

const SCHEMAS = { chat: chatSchema, completions: completionSchema, embeddings: embeddingsSchema };

/** @throws ApiError that names the field and what is wrong with it, Failure `json-schema-…` */
export function checkRequest({ operation, body }: Asked): void {
  const parsed = parseRequest(operation, body);
  const schema = operation === "chat" ? wantedSchema(parsed as ChatRequest) : undefined;
  if (schema) schemaGrammar(schema);
}

/** @throws ApiError */
export function parseRequest<O extends Asked["operation"]>(
  operation: O,
  body: JsonObject,
): z.output<(typeof SCHEMAS)[O]> {
  refuseUnsupported(body);
  return parseBody(body, SCHEMAS[operation]) as z.output<(typeof SCHEMAS)[O]>;
}

/** The form that the answer is held to: any object, where JSON is wanted without a schema. */
export function wantedSchema({ response_format: format }: ChatRequest): JsonObject | undefined {
  if (format?.type === "json_object") return format.schema ?? { type: "object" };
  if (format?.type === "json_schema") return format.json_schema.schema ?? { type: "object" };
  return undefined;
}

/** Fields of a request that nothing is done with. */
export const ignoredBy = ({ operation, body }: Asked): string[] => ignoredFields(body, SCHEMAS[operation]);
