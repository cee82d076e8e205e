/** Looks at a request before the model is loaded for it: what is wrong with its form costs nobody a start. */
import type { Asked } from "../backend-store";
import { chatSchema, completionSchema, embeddingsSchema, ignoredFields, parseRequest } from "./schemas";

const SCHEMAS = { chat: chatSchema, completions: completionSchema, embeddings: embeddingsSchema };

/** @throws ApiError */
export function checkRequest({ operation, body }: Asked): void {
  parseRequest(body, SCHEMAS[operation]);
}

/** Fields of a request that nothing is done with. */
export const ignoredBy = ({ operation, body }: Asked): string[] => ignoredFields(body, SCHEMAS[operation]);
