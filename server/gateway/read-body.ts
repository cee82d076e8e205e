/** A request's JSON, before anybody looks into it. */
import type { z } from "zod";
import type { JsonObject } from "./backends/backend";
import { ApiError, badParam } from "./errors";
import { refuse } from "./request-problem";

export async function readJson(request: Request): Promise<JsonObject> {
  let body: unknown;
  try {
    body = JSON.parse(await request.text());
  } catch {
    throw new ApiError(400, "invalid_json", "The body is not JSON. Check its quotes, commas and braces.");
  }
  if (typeof body !== "object" || body === null || Array.isArray(body))
    throw new ApiError(400, "invalid_json", "The body must be a JSON object.");
  return body as JsonObject;
}

/** The deployment that a request names. */
export function modelOf({ model }: JsonObject): string {
  if (model === undefined || model === null)
    throw badParam("model", "`model` is missing.", "missing_required_parameter");
  if (typeof model !== "string" || model === "")
    throw badParam("model", "`model` must be the name of a deployment.");
  return model;
}

/** @throws ApiError that names the field and what is wrong with it */
export function parseBody<T extends z.ZodType>(body: JsonObject, schema: T): z.output<T> {
  const parsed = schema.safeParse(body);
  return parsed.success ? parsed.data : refuse(parsed.error, body);
}
