/** One job in a job host, from start to its last event. It writes nothing itself. */
import { hostname } from "node:os";
import type { NodeFailure } from "@/server/runs/protocol";
import { failureTable } from "@/server/runs/protocol";
import type { ReadyJob } from "../../job-inputs";
import * as limits from "../../limits";
import { outOfMemoryKills } from "../../machine";
import type { FromHost } from "../../messages";
import type { Ending, JobEvents, RunningJob, StopReason } from "../executor";
import { lookAtTree } from "./end-processes";
import { exitFailure } from "./exit-failure";
import type { HostExit, JobHost } from "./host";
import type { HostPool } from "./host-pool";
import { type StallLimits, StallWatch } from "./stall";

export class LocalJob implements RunningJob {
  readonly ended: Promise<Ending>;
  readonly externalId: string;
  private finish: (ending: Ending, hostIsFit: boolean) => void = () => {};
  private stopping: StopReason | undefined;
  private peakBytes = 0;
  /** Why it was ended though nobody asked for that. */
  private stalled: NodeFailure | undefined;
  private asking = 0;
  private readonly watch: StallWatch;
  private readonly killsBefore = outOfMemoryKills(limits.killsAgeMs);

  constructor(
    job: ReadyJob,
    private readonly host: JobHost,
    hosts: HostPool,
    private readonly events: JobEvents,
    stall: StallLimits = limits.stall,
  ) {
    this.externalId = `${hostname()}/${host.pid}`;
    this.watch = new StallWatch(stall);
    const timer = setInterval(() => void this.look(), stall.lookMs);
    timer.unref();
    this.ended = new Promise<{ ending: Ending; hostIsFit: boolean }>((done) => {
      this.finish = (ending, hostIsFit) => done({ ending, hostIsFit });
    }).then(async ({ ending, hostIsFit }) => {
      clearInterval(timer);
      if (hostIsFit && !this.stopping) hosts.giveBack(host, job.isolate);
      else await hosts.end(host);
      return ending;
    });
    if (host.rss) events.memory(host.rss);
    void host.start(job.job, {
      message: (message) => this.receive(message),
      exited: (exit) => this.exited(exit),
      mayBegin: () => this.mayBegin(),
    });
    if (host.exit) this.exited(host.exit);
  }

  stop(reason: StopReason, graceMs: number): void {
    if (this.stopping) return;
    this.stopping = reason;
    this.host.send({ type: "abort" });
    const timer = setTimeout(() => void this.host.kill(), graceMs);
    void this.ended.then(() => clearTimeout(timer));
  }

  /** A worker that was frozen since it claimed must not do what another may have been given, or a person stopped. */
  private mayBegin(): boolean {
    if (this.events.mayBegin()) return true;
    this.stop("lost", 0);
    return false;
  }

  private async look(): Promise<void> {
    const seen = await lookAtTree(this.host.pid);
    if (!seen || this.stopping || this.stalled) return;
    const failure = this.watch.look(performance.now(), seen, this.asking > 0 || this.host.isDebugged);
    if (!failure) return;
    this.stalled = failure;
    void this.host.kill();
  }

  private receive(message: FromHost): void {
    if (message.type !== "rss") this.watch.heard();
    if (message.type === "events") for (const event of message.events) this.events.event(event);
    else if (message.type === "rss") this.events.memory(message.bytes);
    else if (message.type === "ask") void this.answer(message);
    else if (message.type === "done") {
      this.holdPeak(message.peakBytes);
      // A cancel that comes after the work was done changes nothing; a lost lease does, but the fence sees to that.
      this.finish({ end: "done", outputs: message.outputs }, true);
    } else if (message.type === "failed") {
      this.holdPeak(message.peakBytes);
      // What a stopped job left running must not outlive it: the host goes too.
      if (this.stopping) void this.host.kill();
      else {
        const { failure, detail } = message;
        this.finish({ end: "failed", failure, detail }, failure.code !== "INTERNAL");
      }
    }
  }

  private holdPeak(bytes: number): void {
    this.peakBytes = bytes;
    this.events.memory(bytes);
  }

  private exited(exit: HostExit): void {
    if (this.stopping) {
      this.finish({ end: "gone", why: this.stopping }, false);
      return;
    }
    if (this.stalled) {
      this.finish({ end: "failed", failure: this.stalled, detail: exit.tail }, false);
      return;
    }
    const kernelKilled = outOfMemoryKills() > this.killsBefore;
    const failure = exitFailure(exit, kernelKilled, Math.max(this.peakBytes, this.host.rss));
    this.finish({ end: "failed", failure, detail: exit.tail }, false);
  }

  private async answer({ id, what, ask }: Extract<FromHost, { type: "ask" }>): Promise<void> {
    this.asking++;
    try {
      this.host.send({ type: "answer", id, value: await this.events.answer(what, ask as never) });
    } catch (error) {
      // Errors of the database and of Node carry codes too: only ours say what became of a node.
      const { code, reason = "internal", values = {} } = error as Partial<NodeFailure>;
      const failure =
        code && Object.hasOwn(failureTable, code)
          ? { code, reason, values }
          : { code: "INTERNAL" as const, reason: "internal", values: {} };
      this.host.send({ type: "refusal", id, failure });
    } finally {
      this.asking--;
      this.watch.heard();
    }
  }
}
