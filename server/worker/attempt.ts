/** One attempt in a job host, from start to its last word. It writes nothing itself. */
import type { NodeFailure } from "@/server/runs/protocol/decision";
import { failureTable } from "@/server/runs/protocol/failure-table";
import { exitFailure } from "./exit-failure";
import type { HostExit, JobHost } from "./host";
import type { ReadyJob } from "./job-inputs";
import * as limits from "./limits";
import { outOfMemoryKills } from "./machine";
import type { Asks, FromHost, Said } from "./messages";

/** `gone`: stopped on purpose, and the process is known to have ended. */
export type Ending =
  | { end: "done"; outputs: Extract<FromHost, { type: "done" }>["outputs"]; hostIsFit: true }
  | { end: "failed"; failure: NodeFailure; detail: string; hostIsFit: boolean }
  | { end: "gone"; why: StopReason; hostIsFit: false };
/** `cancel`: a person. `late`: its deadline. `lost`: another has the lease. `shutdown`: the worker ends. */
export type StopReason = "cancel" | "late" | "lost" | "shutdown";

export type AttemptEars = {
  said(said: Said): void;
  answer<W extends keyof Asks>(what: W, ask: Asks[W]["ask"]): Promise<Asks[W]["answer"]>;
};

export class RunningAttempt {
  peakBytes = 0;
  /** Until then the lease is known to last, on the clock of `performance`: a job does not begin after it. */
  leasedUntil: number;
  readonly startedAt = performance.now();
  /** Why it is being stopped, if it is. */
  stopping: StopReason | undefined;
  readonly ended: Promise<Ending>;
  private finish: (ending: Ending) => void = () => {};
  private readonly killsBefore = outOfMemoryKills(limits.killsAgeMs);

  constructor(
    readonly claim: ReadyJob,
    readonly host: JobHost,
    private readonly ears: AttemptEars,
    leasedUntil: number,
  ) {
    this.leasedUntil = leasedUntil;
    this.ended = new Promise((done) => {
      this.finish = done;
    });
    void host.start(claim.job, {
      message: (message) => this.hear(message),
      exited: (exit) => this.exited(exit),
      mayBegin: () => this.mayBegin(),
    });
    if (host.exit) this.exited(host.exit);
  }

  /** Tells the job to stop; after `graceMs` its process group is killed. */
  stop(reason: StopReason, graceMs: number = limits.abortMs): void {
    if (this.stopping) return;
    this.stopping = reason;
    this.host.send({ type: "abort" });
    const timer = setTimeout(() => void this.host.kill(), graceMs);
    void this.ended.then(() => clearTimeout(timer));
  }

  /** A worker that was frozen since it claimed must not do what another may have been given, or a person stopped. */
  private mayBegin(): boolean {
    if (performance.now() < this.leasedUntil) return true;
    this.stop("lost", 0);
    return false;
  }

  private hear(message: FromHost): void {
    if (message.type === "said") for (const said of message.said) this.ears.said(said);
    else if (message.type === "ask") void this.answer(message);
    else if (message.type === "done") {
      this.peakBytes = message.peakBytes;
      // A cancel that comes after the work was done changes nothing; a lost lease does, but the fence sees to that.
      this.finish({ end: "done", outputs: message.outputs, hostIsFit: true });
    } else if (message.type === "failed") {
      this.peakBytes = message.peakBytes;
      // What a stopped job left running must not outlive it: the host goes too.
      if (this.stopping) void this.host.kill();
      else {
        const { failure, detail } = message;
        this.finish({ end: "failed", failure, detail, hostIsFit: failure.code !== "INTERNAL" });
      }
    }
  }

  private exited(exit: HostExit): void {
    if (this.stopping) {
      this.finish({ end: "gone", why: this.stopping, hostIsFit: false });
      return;
    }
    const kernelKilled = outOfMemoryKills() > this.killsBefore;
    const failure = exitFailure(exit, kernelKilled, Math.max(this.peakBytes, this.host.rss));
    this.finish({ end: "failed", failure, detail: exit.tail, hostIsFit: false });
  }

  private async answer({ id, what, ask }: Extract<FromHost, { type: "ask" }>): Promise<void> {
    try {
      this.host.send({ type: "answer", id, value: await this.ears.answer(what, ask as never) });
    } catch (error) {
      // Errors of the database and of Node carry codes too: only ours say what became of a node.
      const { code, reason = "internal", values = {} } = error as Partial<NodeFailure>;
      const failure =
        code && Object.hasOwn(failureTable, code)
          ? { code, reason, values }
          : { code: "INTERNAL" as const, reason: "internal", values: {} };
      this.host.send({ type: "refusal", id, failure });
    }
  }
}
