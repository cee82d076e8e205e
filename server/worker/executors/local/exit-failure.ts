/** Why a job host ended without an answer, as a failure that says who must act. Pure. */
import type { NodeFailure } from "@/server/runs/protocol";
import type { HostExit } from "./host";

const HEAP = /heap out of memory|Allocation failed|std::bad_alloc|Cannot allocate memory/i;

export function exitFailure(
  { signal, code, tail }: HostExit,
  kernelKilled: boolean,
  peakBytes: number,
): NodeFailure {
  if (HEAP.test(tail) || (signal === "SIGKILL" && kernelKilled)) {
    const gigabytes = Math.round(peakBytes / 1e8) / 10;
    return { code: "OUT_OF_MEMORY", reason: "out-of-memory", values: { gigabytes } };
  }
  return { code: "WORKER_LOST", reason: "host-lost", values: { how: signal ?? `exit code ${code}` } };
}
