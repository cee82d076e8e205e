/** What a server elsewhere answered instead of an answer, as an error of OpenAI's form. Pure. */
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { ApiError } from "../../errors";
import type { JsonObject } from "../backend";

export type ServerName = {
  slug: string;
  model: string;
  secret: string | undefined;
  /** What it says of when to come again. */
  retryAfter?: string | undefined;
};

/** Seconds, or a date as HTTP writes it: nothing else of a foreign header goes on. */
const RETRY_AFTER = /^(\d{1,6}|[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT)$/;

function later({ retryAfter = "" }: ServerName): Record<string, string> {
  return RETRY_AFTER.test(retryAfter) ? { "retry-after": retryAfter } : {};
}

/** Statuses that are about the request itself: they pass through. */
const OF_REQUEST: ReadonlySet<number> = new Set([400, 413, 422, 429]);
const LONGEST_MESSAGE = 500;
const CODE = /^[\w.-]{1,64}$/;

export function serverError(status: number, body: unknown, server: ServerName): ApiError {
  const { slug, model } = server;
  const answer = foreignMessage(body, server);
  const reports = answer === undefined ? "" : ` It says: ${answer}`;
  if (status >= 300 && status < 400)
    return bad(
      "upstream_redirects",
      `The server behind \`${slug}\` redirects (${status}). Give the endpoint its final address.`,
    );
  if (status === 401 || status === 403)
    return bad(
      "upstream_refused_key",
      `The server behind \`${slug}\` refuses the key it was given (${status}). Check the secret that its Endpoint node names.`,
    );
  if (status === 404)
    return bad(
      "upstream_not_found",
      `The server behind \`${slug}\` does not have this, or does not know the model \`${model}\`.${reports}`,
    );
  if (OF_REQUEST.has(status)) {
    const { code, param } = errorOf(body);
    return new ApiError(
      status as ContentfulStatusCode,
      typeof code === "string" && CODE.test(code)
        ? code
        : status === 429
          ? "too_many_requests"
          : "upstream_rejected",
      `The server behind \`${slug}\` does not accept this request (${status}).${reports}`,
      typeof param === "string" && param.length <= 100 ? param : null,
      status === 429 ? later(server) : {},
    );
  }
  if (status === 503)
    return new ApiError(
      503,
      "upstream_unavailable",
      `The server behind \`${slug}\` cannot answer now (${status}).${reports}`,
      null,
      later(server),
    );
  return bad("upstream_error", `The server behind \`${slug}\` failed (${status}).${reports}`);
}

export const bad = (code: string, message: string, status: 502 | 504 = 502) =>
  new ApiError(status, code, message);

/** In a stream an error comes as an event. */
export const isError = (event: JsonObject): boolean => event.error !== undefined && event.error !== null;

function errorOf(body: unknown): JsonObject {
  const error = (body as JsonObject | null | undefined)?.error;
  if (typeof error === "object" && error !== null) return error as JsonObject;
  return typeof error === "string" ? { message: error } : ((body ?? {}) as JsonObject);
}

/** Text from outside: cut, and never with the key in it. */
function foreignMessage(body: unknown, { secret }: ServerName): string | undefined {
  const { message } = errorOf(body);
  if (typeof message !== "string" || message.trim() === "") return undefined;
  const safe = secret ? message.replaceAll(secret, "…") : message;
  return safe.length > LONGEST_MESSAGE ? `${safe.slice(0, LONGEST_MESSAGE)}…` : safe;
}
