import { Failure } from "@/graph/problems";
import { ApiError } from "../../../errors";
import type { SentError } from "./messages";

export function packError(error: unknown): SentError {
  if (error instanceof Failure) {
    const { code, reason, values } = error;
    return { failure: { code, reason, values } };
  }
  if (error instanceof ApiError) {
    const { status, code, message, param } = error;
    return { api: { status, code, message, param } };
  }
  return { internal: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

export function unpackError(sent: SentError): Error {
  if ("failure" in sent) return new Failure(sent.failure.code, sent.failure.reason, sent.failure.values);
  if ("api" in sent)
    return new ApiError(sent.api.status as 400, sent.api.code, sent.api.message, sent.api.param);
  return new Error(sent.internal);
}
