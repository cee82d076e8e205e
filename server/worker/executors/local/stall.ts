/** Whether a job stands still: what was seen of its processes, judged without a clock of its own. Pure. */
import type { NodeFailure } from "@/server/runs/protocol";

export type StallLimits = {
  /** Between two looks. */
  lookMs: number;
  /** A job whose process is stopped for so long is ended. */
  stoppedMs: number;
  /** A job that says nothing and computes nothing for so long is ended. */
  silentMs: number;
  /** Less than this share of a core is not computing: timers alone take some. */
  idleShare: number;
};

/** Processor time of the job's processes in all, and whether its own is stopped, as by SIGSTOP. */
export type Look = { cpuMs: number; stopped: boolean };

export class StallWatch {
  private silentMs = 0;
  private stoppedMs = 0;
  private last: { at: number; cpuMs: number } | undefined;

  constructor(private readonly limits: StallLimits) {}

  /** The job said something, or had an answer. */
  heard(): void {
    this.silentMs = 0;
  }

  /**
   * @param at of a clock that nobody sets, ms
   * @param excused waits for an answer of ours, or for a person with a debugger
   * @returns why it must be ended
   */
  look(at: number, { cpuMs, stopped }: Look, excused = false): NodeFailure | undefined {
    const { lookMs, stoppedMs, silentMs, idleShare } = this.limits;
    const last = this.last;
    this.last = { at, cpuMs };
    if (!last) return undefined;
    // Who looks may have been frozen itself: that says nothing of the job.
    const passed = Math.min(at - last.at, lookMs * 2);
    this.stoppedMs = stopped ? this.stoppedMs + passed : 0;
    const works = cpuMs - last.cpuMs > passed * idleShare;
    this.silentMs = works || excused || stopped ? 0 : this.silentMs + passed;
    if (this.stoppedMs >= stoppedMs)
      return {
        code: "WORKER_LOST",
        reason: "job-stopped",
        values: { seconds: Math.round(this.stoppedMs / 1000) },
      };
    if (this.silentMs >= silentMs)
      return {
        code: "TIMED_OUT",
        reason: "job-stalled",
        values: { minutes: rounded(this.silentMs / 60_000) },
      };
    return undefined;
  }
}

const rounded = (minutes: number) => (minutes < 1 ? Math.ceil(minutes * 10) / 10 : Math.round(minutes));
