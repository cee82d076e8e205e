import type { Logger } from "@/server/log";
import type { Ending } from "./executors/executor";
import type { ReadyJob } from "./job-inputs";
import type { EventFailure, JobEvent } from "./messages";

/** The last line of a failed node's own log, which its cause on the canvas leads to. */
export const lastLine = (kind: string, failure: EventFailure): JobEvent => ({
  say: "log",
  line: {
    at: new Date().toISOString(),
    level: "error",
    code: "failed",
    values: { kind, reason: failure.reason, values: failure.values },
  },
});

/** One line of the worker's log on how an attempt ended. */
export function logEnding(
  log: Logger | undefined,
  worker: string,
  { job: claim, startedAt }: { job: ReadyJob; startedAt: number },
  ending: Ending,
): void {
  const { runId, nodeId, attempt, job } = claim;
  const seconds = Math.round(performance.now() - startedAt) / 1000;
  const line = { worker, run: runId, node: nodeId, kind: job.kind, attempt, seconds };
  if (ending.end === "done") log?.info(line, "A job is done.");
  else if (ending.end === "failed")
    log?.warn({ ...line, ...ending.failure, detail: ending.detail }, "A job failed.");
  else log?.info({ ...line, why: ending.why }, "A job was stopped.");
}
