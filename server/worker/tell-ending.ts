import type { Logger } from "@/server/log";
import type { Ending, RunningAttempt } from "./attempt";

/** One line of the log on how an attempt ended. */
export function tellEnding(
  log: Logger | undefined,
  worker: string,
  { claim, startedAt }: RunningAttempt,
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
