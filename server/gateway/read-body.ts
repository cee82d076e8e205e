/** A request's JSON, before anybody looks into it: bounded in depth and number of values. */
import type { z } from "zod";
import type { JsonObject } from "./backends/backend";
import { ApiError, badParam } from "./errors";
import { limits } from "./limits";
import { refuse } from "./request-problem";

/** @throws ApiError 400 `invalid_json`, 413 `request_too_deep`, `request_too_large` */
export async function readJson(request: Request): Promise<JsonObject> {
  const bytes = await request.arrayBuffer();
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new ApiError(400, "invalid_json", "The body is not UTF-8. Send JSON in UTF-8.");
  }
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new ApiError(400, "invalid_json", "The body is not JSON. Check its quotes, commas and braces.");
  }
  if (typeof body !== "object" || body === null || Array.isArray(body))
    throw new ApiError(400, "invalid_json", "The body must be a JSON object.");
  checkSize(body);
  return body as JsonObject;
}

/** @throws ApiError 413: what is nested deeply or in very many parts costs more than its bytes */
function checkSize(body: object): void {
  const open: [object, number][] = [[body, 1]];
  let values = 0;
  for (let next = open.pop(); next; next = open.pop()) {
    const [value, depth] = next;
    if (depth > limits.bodyDepth)
      throw new ApiError(
        413,
        "request_too_deep",
        `The body is nested more than ${limits.bodyDepth} levels deep.`,
      );
    const parts: unknown[] = Array.isArray(value) ? value : Object.values(value);
    values += parts.length;
    if (values > limits.bodyValues)
      throw new ApiError(413, "request_too_large", `The body holds more than ${limits.bodyValues} values.`);
    for (const part of parts) if (typeof part === "object" && part !== null) open.push([part, depth + 1]);
  }
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
