/** What a check found: a code and values. Words are made from them in the person's language (`messages/*.json`, `checks.<code>`). */

export type Severity = "error" | "warning" | "advice";
export type Values = Record<string, string | number>;

export type Problem = {
  code: string;
  severity: Severity;
  node?: string;
  port?: string;
  param?: string;
  values: Values;
  /** A kind that would adapt what the wire carries, offered with one click. */
  adapter?: string;
};

export function problem(
  code: string,
  where: Omit<Problem, "code" | "severity" | "values"> & { severity?: Severity },
  values: Values = {},
): Problem {
  const { severity = "error", ...rest } = where;
  return { code, severity, ...rest, values };
}

/** Who must act when a node failed. */
export const FAILURE_CODES = [
  "INVALID_INPUT",
  "NODE_ERROR",
  "OUT_OF_MEMORY",
  "TIMED_OUT",
  "UNAVAILABLE",
  "WORKER_LOST",
  "INTERNAL",
] as const;
export type FailureCode = (typeof FAILURE_CODES)[number];

/**
 * Thrown by runners and engines for a failure with one clear sentence.
 * The sentence is `failures.<reason>` in the messages, made with `values`: what, where, what to do next.
 */
export class Failure extends Error {
  constructor(
    readonly code: FailureCode,
    readonly reason: string,
    readonly values: Values = {},
    options?: ErrorOptions,
  ) {
    super(`${reason} ${JSON.stringify(values)}`, options);
    this.name = "Failure";
  }
}
