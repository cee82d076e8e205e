/** Claims node runs, has them done by job hosts, and records how they ended. Several may work on one database. */
import { mkdirSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import type { Progress } from "@/graph/run-view";
import { createPool, type Pool, patiently } from "@/server/db";
import type { Logger } from "@/server/log";
import type { ClaimedNode } from "@/server/runs/attempts/claim";
import { failAttempt } from "@/server/runs/attempts/end-attempt";
import { type Finished, finishNodes } from "@/server/runs/attempts/finish";
import { heartbeat } from "@/server/runs/attempts/heartbeat";
import { expireDeadWorkers, reapAttempts } from "@/server/runs/attempts/reap";
import type { RunEngine } from "@/server/runs/commit/engine";
import { CANCEL_CHANNEL, READY_CHANNEL } from "@/server/runs/commit/write-decision";
import { newId } from "@/server/runs/ids";
import * as runLimits from "@/server/runs/limits";
import type { Offer } from "@/server/runs/protocol/decision";
import { type Capacity, giveBack, take } from "@/server/runs/protocol/slots";
import type { Listener } from "@/server/runs/watch/listener";
import { answerer, noSecrets, type ReadSecret } from "./answers";
import { type Ending, RunningAttempt, type StopReason } from "./attempt";
import { Claimer } from "./claimer";
import { endOrphans } from "./end-processes";
import { FinishQueue } from "./finish-queue";
import type { HostEntry, JobHost } from "./host";
import { HostPool } from "./host-pool";
import { type ReadyJob, readJobs } from "./job-inputs";
import * as limits from "./limits";
import { describeMachine, type Machine } from "./machine";
import type { HostConfig } from "./messages";
import { recordEnding } from "./record-ending";
import { isAlive, registerWorker, seeWorker, stopWorkerRow } from "./registry";
import { Telemetry } from "./telemetry";
import { lastLine, tellEnding } from "./tell-ending";
import { describeError } from "./thrown";
import { giveSign } from "./watchdog";

export type WorkerOptions = {
  engine: RunEngine;
  listener: Listener;
  host: HostEntry;
  config: HostConfig;
  logsDir: string;
  name?: string;
  machine?: Machine;
  readSecret?: ReadSecret;
  leaseMs?: number;
  heartbeatMs?: number;
  log?: Logger;
};

export type RunningWorker = { id: string; name: string; stop(): Promise<void> };

export async function startWorker(options: WorkerOptions): Promise<RunningWorker> {
  const machine = options.machine ?? (await describeMachine());
  const id = newId();
  const name = options.name ?? hostname();
  endOrphans(isAlive);
  await registerWorker(options.engine.pool, { id, name, machine });
  await expireDeadWorkers(options.engine, isAlive);
  const worker = new Worker(id, machine, options);
  worker.start();
  return { id, name, stop: () => worker.stop() };
}

type Held = { attempt: RunningAttempt; progress?: Progress; progressChanged: boolean };

class Worker {
  private readonly held = new Map<string, Held>();
  private readonly claimer: Claimer;
  private readonly finishing: FinishQueue;
  private readonly hosts: HostPool;
  private readonly telemetry: Telemetry;
  /** For what need not survive the death of the machine. */
  private readonly relaxed: Pool;
  private readonly answer: ReturnType<typeof answerer>;
  private readonly undo: (() => void)[] = [];
  private readonly total: Capacity;
  private free: Capacity;
  /** What is free is being offered with the end of a node: nobody else may give it away meanwhile. */
  private offering = false;
  private stopping = false;
  private readonly leaseMs: number;
  private readonly heartbeatMs: number;
  /** Its time says to the job hosts that this process lives. */
  private readonly signFile: string;
  private readonly silentMs: number;

  constructor(
    private readonly id: string,
    machine: Machine,
    private readonly options: WorkerOptions,
  ) {
    const { engine, host, config, logsDir } = options;
    this.leaseMs = options.leaseMs ?? runLimits.leaseMs;
    this.heartbeatMs = options.heartbeatMs ?? runLimits.heartbeatMs;
    const hostLogs = join(logsDir, "job-hosts");
    this.signFile = join(hostLogs, `worker-${process.pid}-${id}.alive`);
    this.silentMs = this.leaseMs * limits.silentShare;
    const init = { ...config, signFile: this.signFile, silentMs: this.silentMs };
    this.hosts = new HostPool(host, init, hostLogs);
    this.relaxed = createPool(engine.pool.options.connectionString!, {
      max: 2,
      name: "telar-worker",
      relaxed: true,
    });
    this.telemetry = new Telemetry(this.relaxed);
    this.answer = answerer(engine, options.readSecret ?? noSecrets);
    const { threads, memoryBytes, gpus, arch, trainers } = machine;
    const vram = gpus.map(({ vramBytes }) => vramBytes);
    this.total = { threads, memoryBytes, vram, trains: { arch, trainers } };
    this.free = this.total;
    this.claimer = new Claimer({
      engine,
      leaseMs: this.leaseMs,
      offer: () => (this.offering || this.free.threads <= 0 ? undefined : this.offer()),
      take: (claims, askedAt) => this.take(claims, askedAt),
      failed: (error) => this.say("Claiming failed.", error),
    });
    this.finishing = new FinishQueue(
      (runId, list) => this.finish(runId, list),
      // Where the last finish took what there was, whatever else becomes ready rings.
      (wentOn) => (wentOn ? this.claimer.soon() : void this.claimer.now()),
    );
  }

  start(): void {
    const { listener, engine } = this.options;
    this.undo.push(listener.on(READY_CHANNEL, (runId) => this.claimer.rung(runId)));
    this.undo.push(listener.on(CANCEL_CHANNEL, (runId) => this.cancelled(runId)));
    this.every(limits.pollMs, () => this.claimer.now());
    this.every(Math.min(this.heartbeatMs, limits.progressMs), () => this.beatIfNeeded());
    this.every(this.heartbeatMs, () => this.beat());
    // Its own leases first: after the database was away they must not be taken for lost by the one who holds them.
    this.every(Math.min(runLimits.reapMs, this.leaseMs), async () => {
      await this.beat();
      await reapAttempts(engine, { renewMs: this.heartbeatMs * 2 });
    });
    mkdirSync(dirname(this.signFile), { recursive: true });
    giveSign(this.signFile);
    this.every(this.silentMs / limits.signsPerSilence, () => giveSign(this.signFile));
    this.hosts.warm();
    void this.claimer.now();
  }

  /** Gives everything back and ends its hosts; within about two seconds. */
  async stop(): Promise<void> {
    if (this.stopping) return;
    this.stopping = true;
    for (const undo of this.undo) undo();
    this.claimer.stop();
    for (const { attempt } of this.held.values()) attempt.stop("shutdown", limits.shutdownMs);
    await Promise.all([...this.held.values()].map(({ attempt }) => attempt.ended));
    while (this.held.size || this.claimer.busy) await new Promise((done) => setTimeout(done, 10));
    await this.telemetry.flush();
    await this.hosts.close();
    rmSync(this.signFile, { force: true });
    await stopWorkerRow(this.options.engine.pool, this.id).catch(() => {});
    await this.relaxed.end();
  }

  private every(ms: number, work: () => unknown): void {
    let busy = false;
    const timer = setInterval(async () => {
      if (busy) return;
      busy = true;
      await Promise.resolve(work()).catch((error) => this.say("The database did not answer.", error));
      busy = false;
    }, ms);
    this.undo.push(() => clearInterval(timer));
  }

  private offer(): Offer {
    const { id: workerId, free, total } = this;
    return { workerId, free, total, max: free.threads };
  }

  private async take(claims: readonly ClaimedNode[], askedAt: number): Promise<void> {
    if (!claims.length) return;
    for (const claim of claims) this.free = take(this.free, claim);
    let jobs: ReadyJob[];
    try {
      jobs = await this.persist(() => readJobs(this.options.engine.pool, claims));
    } catch (error) {
      for (const claim of claims) this.free = giveBack(this.free, claim);
      throw error;
    }
    for (const job of jobs) {
      const ears = {
        said: (said: Parameters<Telemetry["add"]>[1]) => {
          const held = this.held.get(job.nodeRunId);
          if (said.say !== "progress") this.telemetry.add(job, said);
          else if (held) Object.assign(held, { progress: said.progress, progressChanged: true });
        },
        answer: (async (what, ask) => {
          // A later attempt goes on after this step: the curve up to here must not be lost with this process.
          if (what === "checkpoint-made") await this.telemetry.flush();
          return this.persist(() => this.answer(what, ask, job));
        }) as RunningAttempt["ears"]["answer"],
      };
      const host = await this.hostFor(job);
      if (!host) continue;
      const attempt = new RunningAttempt(job, host, ears, askedAt + this.leaseMs);
      const { runId: run, nodeId: node, attempt: number } = job;
      this.options.log?.debug({ worker: this.id, run, node, attempt: number }, "A job starts.");
      this.held.set(job.nodeRunId, { attempt, progressChanged: false });
      void attempt.ended.then((ending) => this.ended(attempt, ending));
      if (this.stopping) attempt.stop("shutdown", limits.shutdownMs);
    }
  }

  /** Undefined when no host can be started, on a full disk for one: the attempt has failed then. */
  private async hostFor(job: ReadyJob): Promise<JobHost | undefined> {
    try {
      return this.hosts.take(
        job.isolate,
        job.gpus.map(({ index }) => index),
      );
    } catch (error) {
      this.free = giveBack(this.free, job);
      const { failure, detail } = describeError(error);
      await this.persist(() => failAttempt(this.options.engine, job, failure, detail));
      return undefined;
    }
  }

  private async ended(attempt: RunningAttempt, ending: Ending): Promise<void> {
    const { claim, host } = attempt;
    tellEnding(this.options.log, this.id, attempt, ending);
    if (ending.hostIsFit && !attempt.stopping) this.hosts.giveBack(host, claim.isolate);
    else await this.hosts.end(host);
    if (ending.end === "failed") this.telemetry.add(claim, lastLine(claim.job.kind, ending.failure));
    await this.telemetry.flush();
    this.telemetry.forget(claim);
    this.free = giveBack(this.free, claim);
    try {
      if (ending.end === "done") this.finishing.add(claim.runId, { ...claim, outputs: ending.outputs });
      else await this.persist(() => recordEnding(this.options.engine, claim, ending));
    } catch (error) {
      // The lease passes and the attempt is taken back by whoever reaps it.
      this.say("The end of a job could not be recorded.", error, { run: claim.runId, node: claim.nodeId });
    }
    if (ending.end !== "done") {
      this.held.delete(claim.nodeRunId);
      void this.claimer.now();
    }
  }

  /** The next nodes of the run are claimed with its successes. Answers whether it was free to take them. */
  private async finish(runId: string, list: readonly Finished[]): Promise<boolean> {
    const { engine } = this.options;
    const goOn = !this.offering && !this.claimer.busy && this.claimer.mayGoOn(runId);
    if (goOn) this.offering = true;
    const askedAt = performance.now();
    try {
      const { claims } = await this.persist(() =>
        finishNodes(engine, runId, list, {
          ...(goOn ? { offer: this.offer() } : {}),
          leaseMs: this.leaseMs,
        }),
      );
      for (const { nodeRunId } of list) this.held.delete(nodeRunId);
      await this.take(claims, askedAt);
    } catch (error) {
      for (const { nodeRunId } of list) this.held.delete(nodeRunId);
      const nodes = list.map(({ nodeId }) => nodeId);
      this.say("A success could not be recorded.", error, { run: runId, nodes });
    } finally {
      if (goOn) this.offering = false;
    }
    return goOn;
  }

  private beatIfNeeded(): Promise<void> | undefined {
    return [...this.held.values()].some(({ progressChanged }) => progressChanged) ? this.beat() : undefined;
  }

  private async beat(): Promise<void> {
    await seeWorker(this.relaxed, this.id);
    const held = [...this.held].map(([nodeRunId, one]) => {
      one.progressChanged = false;
      const { attempt, progress } = one;
      const peakBytes = Math.max(attempt.peakBytes, attempt.host.rss);
      return { nodeRunId, attempt: attempt.claim.attempt, ...(progress ? { progress } : {}), peakBytes };
    });
    const askedAt = performance.now();
    for (const beat of await heartbeat(this.relaxed, this.id, held, this.leaseMs)) {
      const { nodeRunId, attempt, state, renewed } = beat;
      const mine = this.held.get(nodeRunId)?.attempt;
      if (mine?.claim.attempt !== attempt) continue;
      if (renewed) mine.leasedUntil = askedAt + this.leaseMs;
      if (state === "held") continue;
      mine.stop(state satisfies StopReason, state === "lost" ? 0 : limits.abortMs);
    }
  }

  private cancelled(runId: string): void {
    // After a gap in the connection the payload is empty: the rows say which.
    if (!runId) return void this.beat().catch(() => {});
    for (const { attempt } of this.held.values()) if (attempt.claim.runId === runId) attempt.stop("cancel");
  }

  /** However long the database is away, what a job did is not lost. Written twice it changes nothing: the fence refuses. */
  private persist<T>(write: () => Promise<T>): Promise<T> {
    return patiently(write, () => this.stopping);
  }

  private say(message: string, error: unknown, more: object = {}): void {
    if (!this.stopping) this.options.log?.error({ worker: this.id, ...more, err: error }, message);
  }
}
