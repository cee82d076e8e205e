/** Writes how an attempt ended that did not succeed. */
import { markDamaged } from "@/server/artifacts/mark-damaged";
import { type AttemptRef, failAttempt, returnAttempts, stopAttempt } from "@/server/runs/attempts";
import type { RunEngine } from "@/server/runs/commit";
import { INPUT_LOST } from "@/server/runs/protocol";
import type { Ending } from "./executors/executor";

export async function recordEnding(
  engine: RunEngine,
  claim: AttemptRef & { inputs: readonly { digest: string }[] },
  ending: Exclude<Ending, { end: "done" }>,
): Promise<void> {
  if (ending.end === "failed") {
    const { reason, values } = ending.failure;
    // From now on no cached result has it. A job may say so of what it was given, and of nothing else.
    const given = claim.inputs.find(({ digest }) => digest === values.digest);
    if (given && INPUT_LOST.has(reason)) await markDamaged(engine.pool, [given.digest]);
    await failAttempt(engine, claim, ending.failure, ending.detail);
  } else if (ending.why === "cancel") await stopAttempt(engine, claim);
  // Its process is gone, so it may be given back at once; where another has it by now, the fence refuses.
  else if (ending.why === "shutdown" || ending.why === "lost") await returnAttempts(engine, [claim]);
  else if (ending.why === "late")
    await failAttempt(engine, claim, { code: "TIMED_OUT", reason: "timed-out", values: {} });
}
