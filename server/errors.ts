/** Errors a person or the world caused, on their way to the browser. Everything else is ours: logged whole, shown briefly. */
import { type TRPC_ERROR_CODE_KEY, TRPCError } from "@trpc/server";
import { ZodError } from "zod";
import { Failure, type FailureCode, type Problem, type Values } from "@/graph/problems";
import { fullDisk, isDiskFull } from "./full-disk";

/** A request that cannot be served as asked. The sentence is `failures.<reason>` in the messages. */
export class Refusal extends Error {
  constructor(
    readonly status: TRPC_ERROR_CODE_KEY,
    readonly reason: string,
    readonly values: Values = {},
  ) {
    super(`${reason} ${JSON.stringify(values)}`);
    this.name = "Refusal";
  }
}

/** A graph that cannot run or be read, each problem with its node and fix. */
export class GraphProblems extends Error {
  constructor(readonly problems: Problem[]) {
    super(problems.map((p) => p.code).join(", "));
    this.name = "GraphProblems";
  }
}

export const STATUS_OF_FAILURE: Record<FailureCode, TRPC_ERROR_CODE_KEY> = {
  INVALID_INPUT: "BAD_REQUEST",
  NODE_ERROR: "UNPROCESSABLE_CONTENT",
  OUT_OF_MEMORY: "UNPROCESSABLE_CONTENT",
  TIMED_OUT: "TIMEOUT",
  UNAVAILABLE: "SERVICE_UNAVAILABLE",
  WORKER_LOST: "INTERNAL_SERVER_ERROR",
  INTERNAL: "INTERNAL_SERVER_ERROR",
};

const REASON_OF_STATUS: Partial<Record<TRPC_ERROR_CODE_KEY, string>> = {
  UNAUTHORIZED: "not-signed-in",
  FORBIDDEN: "role-too-low",
  NOT_FOUND: "not-found",
  BAD_REQUEST: "bad-request",
};

/** Said of what was logged: the browser gets no more. */
const INTERNAL = "internal";

/** Of an error that was mapped already it is the same. */
export function toTrpcError(error: TRPCError): TRPCError {
  const cause = error.cause;
  if (cause instanceof Refusal) return new TRPCError({ code: cause.status, message: cause.message, cause });
  if (cause instanceof GraphProblems)
    return new TRPCError({ code: "BAD_REQUEST", message: cause.message, cause });
  if (cause instanceof Failure) {
    return new TRPCError({ code: STATUS_OF_FAILURE[cause.code], message: cause.message, cause });
  }
  // What a validator says is for who wrote the schema: people are told which field.
  if (cause instanceof ZodError) return new TRPCError({ code: "BAD_REQUEST", message: "bad-request", cause });
  if (error.message === INTERNAL) return error;
  if (isDiskFull(cause)) return toTrpcError(new TRPCError({ code: error.code, cause: fullDisk(cause) }));
  if (error.code === "INTERNAL_SERVER_ERROR") {
    console.error(cause ?? error);
    return new TRPCError({ code: error.code, message: INTERNAL });
  }
  return error;
}

/** A name in a sentence: what was sent may be of any length. */
const MOST_SHOWN = 500;

export const shownValues = (values: Values): Values =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      typeof value === "string" && value.length > MOST_SHOWN
        ? `${value.slice(0, MOST_SHOWN).toWellFormed()}…`
        : value,
    ]),
  );

/** What the browser gets beside tRPC's own fields: enough to make the sentence in the person's language. */
export type WireError = { reason: string; values: Values; failure?: FailureCode; problems?: Problem[] };

export function wireError(error: TRPCError): WireError {
  const { cause } = error;
  if (cause instanceof Refusal) return { reason: cause.reason, values: shownValues(cause.values) };
  if (cause instanceof Failure)
    return { reason: cause.reason, values: shownValues(cause.values), failure: cause.code };
  if (cause instanceof GraphProblems) {
    return { reason: "graph-problems", values: { count: cause.problems.length }, problems: cause.problems };
  }
  if (cause instanceof ZodError) {
    const field = cause.issues[0]?.path.map(String).join(".").slice(0, 100).toWellFormed();
    if (field) return { reason: "bad-field", values: { field } };
  }
  return { reason: REASON_OF_STATUS[error.code] ?? "internal", values: {} };
}
