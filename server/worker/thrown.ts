/** Whatever a runner threw, as a failure code that says who must act. */

import { diskFull, isDiskFull } from "@/engines/disk-full";
import { Failure, type FailureCode, type Values } from "@/graph/problems";
import * as limits from "./limits";
import type { EventFailure } from "./messages";

/** `place`: the folder that a job writes to, should the error not name another. */
export function describeError(error: unknown, place = ""): { failure: EventFailure; detail: string } {
  const found = error instanceof Failure ? error : isDiskFull(error) ? diskFull(place, error) : undefined;
  const failure = found
    ? { code: found.code, reason: found.reason, values: found.values }
    : { code: "INTERNAL" as const, reason: "internal", values: {} };
  return { failure, detail: stack(error).slice(0, limits.tailChars) };
}
describeError.failure = (code: FailureCode, reason: string, values: Values) =>
  new Failure(code, reason, values);

function stack(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? "" : `\ncaused by ${stack(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}
