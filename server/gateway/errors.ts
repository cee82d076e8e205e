/** OpenAI's error objects. What failed is said in words, with a code that programs can tell apart. */
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { Failure, type FailureCode } from "@/graph/problems";
import { failureSentence } from "@/messages/words";

export type ErrorBody = {
  error: { message: string; type: string; param: string | null; code: string | null };
};

export class ApiError extends Error {
  constructor(
    readonly status: ContentfulStatusCode,
    readonly code: string,
    message: string,
    readonly param: string | null = null,
    /** Such as `Retry-After`. */
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.name = "ApiError";
  }
}

export const badParam = (param: string, message: string, code = "invalid_value") =>
  new ApiError(400, code, message, param);

const STATUS: Record<FailureCode, ContentfulStatusCode> = {
  INVALID_INPUT: 400,
  NODE_ERROR: 500,
  OUT_OF_MEMORY: 503,
  TIMED_OUT: 504,
  UNAVAILABLE: 503,
  WORKER_LOST: 500,
  INTERNAL: 500,
};

const SCHEMA = { code: "invalid_schema", param: "response_format" };

/** Failures of the prompt are the caller's; those of the model's files are not, though both are bad input to a node. */
const OF_PROMPT: Record<string, { code: string; param: string }> = {
  "context-overflow": { code: "context_length_exceeded", param: "messages" },
  "prompt-empty": { code: "invalid_value", param: "messages" },
  "no-chat-template": { code: "no_chat_template", param: "model" },
  "chat-template": { code: "invalid_messages", param: "messages" },
  "json-schema-unknown": SCHEMA,
  "json-schema-unheld": SCHEMA,
  "json-schema-malformed": SCHEMA,
  "json-schema-reference": SCHEMA,
  "json-schema-overlap": SCHEMA,
  "json-schema-impossible": SCHEMA,
  "json-schema-too-large": SCHEMA,
  "json-answer-cut": { code: "invalid_value", param: "stop" },
};

export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof Failure) {
    const { code, reason, values } = error;
    const message = failureSentence(reason, values);
    const prompt = OF_PROMPT[reason];
    if (prompt) return new ApiError(400, prompt.code, message, prompt.param);
    // The model's doing and not the gateway's: sent again it may well fit, but nothing here is broken.
    if (reason === "json-schema-answer") return new ApiError(422, "json_schema_answer", message);
    return new ApiError(code === "INVALID_INPUT" ? 500 : STATUS[code], reason.replaceAll("-", "_"), message);
  }
  return new ApiError(
    500,
    "internal_error",
    "The gateway could not answer. Its log says why; try once more.",
  );
}

export function errorBody({ status, code, message, param }: ApiError): ErrorBody {
  const type =
    status === 401
      ? "authentication_error"
      : status === 403
        ? "permission_error"
        : status === 429
          ? "rate_limit_error"
          : status >= 500
            ? "server_error"
            : "invalid_request_error";
  return { error: { message, type, param, code } };
}
