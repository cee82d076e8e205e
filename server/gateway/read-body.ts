/** A request's JSON, before anybody looks into it. */
import type { z } from "zod";
import type { JsonObject } from "./backends/backend";
import { ApiError, badParam } from "./errors";

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
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const param = issue.path.join(".");
  const missing = issue.path.length === 1 && body[String(issue.path[0])] === undefined;
  if (missing) throw badParam(param, `\`${param}\` is missing.`, "missing_required_parameter");
  const why =
    issue.code === "invalid_union" ? "it has another form than OpenAI's API gives it" : issue.message;
  throw badParam(param, `\`${param}\` does not fit: ${why}.`);
}
