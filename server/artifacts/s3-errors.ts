/** What S3 answered, as a sentence that names the variable to fix. Everything else is the world's trouble, and tried again. */
import { Failure } from "@/graph/problems";
import type { S3Place } from "./s3-place";

type S3Error = Error & { Code?: string; code?: string; $metadata?: { httpStatusCode?: number } };

/** By name of the error, as S3 and its client give it. */
const REASONS: Record<string, string> = {
  NoSuchBucket: "store-no-bucket",
  CredentialsProviderError: "store-no-credentials",
  InvalidAccessKeyId: "store-credentials",
  SignatureDoesNotMatch: "store-credentials",
  ExpiredToken: "store-credentials",
  InvalidToken: "store-credentials",
  InvalidClientTokenId: "store-credentials",
  AccessDenied: "store-access",
  AllAccessDisabled: "store-access",
  PermanentRedirect: "store-region",
  AuthorizationHeaderMalformed: "store-region",
};
const STATUS: Record<number, string> = { 301: "store-region", 401: "store-credentials", 403: "store-access" };

export const isNotFound = (error: unknown): boolean => {
  const { name, Code, $metadata } = error as S3Error;
  const errorCode = Code ?? name;
  return (
    errorCode === "NoSuchKey" ||
    errorCode === "NotFound" ||
    ($metadata?.httpStatusCode === 404 && errorCode !== "NoSuchBucket")
  );
};

export function s3Failure(error: unknown, { bucket, endpoint, place }: S3Place & { place: string }): Failure {
  if (error instanceof Failure) return error;
  const { name, Code, code, message, $metadata } = error as S3Error;
  const reason =
    REASONS[Code ?? ""] ??
    REASONS[name] ??
    (message === "Region is missing" ? "store-no-region" : undefined) ??
    STATUS[$metadata?.httpStatusCode ?? 0] ??
    "store-unreachable";
  const why = code ?? (name === "Error" || name === "AggregateError" ? message : `${name}: ${message}`);
  const values = { bucket, place, endpoint: endpoint ?? "amazonaws.com", why: String(why).split("\n")[0]! };
  return new Failure("UNAVAILABLE", reason, values, { cause: error });
}
