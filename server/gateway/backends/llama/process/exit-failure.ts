/** Why a model's process is gone, as a code with values. Pure. */
import { Failure } from "@/graph/problems";

export type ProcessExit = { code: number | null; signal: string | null; tail: string; loaded: boolean };

const HEAP = /heap out of memory|Allocation failed|std::bad_alloc|Cannot allocate memory|failed to allocate/i;

export function exitFailure({ code, signal, tail, loaded }: ProcessExit): Failure {
  const how = signal ?? `exit code ${code}`;
  if (HEAP.test(tail)) return new Failure("OUT_OF_MEMORY", "model-process-memory", { how });
  if (loaded) return new Failure("UNAVAILABLE", "model-process-ended", { how });
  return new Failure("INVALID_INPUT", "model-aborts-at-load", { how, detail: lastLine(tail) });
}

/** What a request under way is told: the model comes back, so the caller may send again. */
export function lostFailure({ reason, values }: Failure): Failure {
  return new Failure("UNAVAILABLE", "model-process-ended", { how: String(values.how ?? reason) });
}

function lastLine(tail: string): string {
  const lines = tail.split("\n").map((line) => line.trim());
  return lines.findLast((line) => line !== "")?.slice(0, 300) ?? "–";
}
