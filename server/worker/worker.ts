/** Claims node runs, has them done by job hosts, and records how they ended. Several may work on one database. */
import { mkdirSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import type { Progress } from "@/graph/run-view";
import { markDamaged } from "@/server/artifacts/mark-damaged";
import { createPool, type Pool, patiently } from "@/server/db";
import type { Logger } from "@/server/log";
import { type ClaimedNode, claimNodes } from "@/server/runs/claim";
import type { Offer } from "@/server/runs/decision";
import { failAttempt, returnAttempts, stopAttempt } from "@/server/runs/end-attempt";
import type { RunEngine } from "@/server/runs/engine";
import { type Finished, finishNodes } from "@/server/runs/finish";
import { heartbeat } from "@/server/runs/heartbeat";
import { newId } from "@/server/runs/ids";
import * as runLimits from "@/server/runs/limits";
import type { Listener } from "@/server/runs/listener";
import { expireDeadWorkers, reapAttempts } from "@/server/runs/reap";
import { type Capacity, giveBack, take } from "@/server/runs/slots";
import { CANCEL_CHANNEL, READY_CHANNEL } from "@/server/runs/write";
import { answerer, type ReadSecret } from "./answers";
import { type Ending, RunningAttempt, type StopReason } from "./attempt";
import type { HostEntry, JobHost } from "./host";
import { HostPool } from "./host-pool";
import { type ReadyJob, readJobs } from "./job-inputs";
import * as limits from "./limits";
import { describeMachine, type Machine } from "./machine";
import type { HostConfig } from "./messages";
import { isAlive, registerWorker, seeWorker, stopWorkerRow } from "./registry";
import { Telemetry } from "./telemetry";
import { tellEnding } from "./tell-ending";
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
  await registerWorker(options.engine.pool, { id, name, machine });
  await expireDeadWorkers(options.engine, isAlive);
  const worker = new Worker(id, machine, options);
  worker.start();
  return { id, name, stop: () => worker.stop() };
}

/** The input of a job is not what the store was given: from then on no cached result has it. */
const BYTES_LOST = new Set(["artifact-missing", "artifact-damaged"]);

type Held = { attempt: RunningAttempt; progress?: Progress; progressChanged: boolean };

class Worker {
  private readonly held = new Map<string, Held>();
  private readonly finishing = new Map<string, { list: Finished[]; busy: boolean }>();
  private readonly hosts: HostPool;
  private readonly telemetry: Telemetry;
  /** For what need not survive the death of the machine. */
  private readonly relaxed: Pool;
  private readonly answer: ReturnType<typeof answerer>;
  private readonly undo: (() => void)[] = [];
  private readonly total: Capacity;
  private free: Capacity;
  /** Runs that had something waiting when the queue was looked at last. */
  private waiting: ReadonlySet<string> = new Set();
  private stopping = false;
  private claiming = false;
  private claimAgain = false;
  private due: NodeJS.Timeout | undefined;
  private soon: NodeJS.Timeout | undefined;
  private claimedAt = 0;
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
    const refuse: ReadSecret = async (_team, secret) => {
      throw Object.assign(new Error(), {
        code: "INVALID_INPUT",
        reason: "secret-missing",
        values: { name: secret },
      });
    };
    this.answer = answerer(engine, options.readSecret ?? refuse);
    const { threads, memoryBytes, gpus } = machine;
    this.total = { threads, memoryBytes, vram: gpus.map(({ vramBytes }) => vramBytes) };
    this.free = this.total;
  }

  start(): void {
    const { listener, engine } = this.options;
    this.undo.push(
      listener.on(READY_CHANNEL, (runId) => {
        // Remembered while this worker is full and does not look.
        this.waiting = new Set([...this.waiting, runId]);
        this.claimSoon();
      }),
    );
    this.undo.push(listener.on(CANCEL_CHANNEL, (runId) => this.cancelled(runId)));
    this.every(limits.pollMs, () => this.claim());
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
    this.claim();
  }

  /** Gives everything back and ends its hosts; within about two seconds. */
  async stop(): Promise<void> {
    if (this.stopping) return;
    this.stopping = true;
    for (const undo of this.undo) undo();
    clearTimeout(this.due);
    clearTimeout(this.soon);
    for (const { attempt } of this.held.values()) attempt.stop("shutdown", limits.shutdownMs);
    await Promise.all([...this.held.values()].map(({ attempt }) => attempt.ended));
    while (this.held.size || this.claiming) await new Promise((done) => setTimeout(done, 10));
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

  /** The next nodes of a run are taken on the spot when nobody else waits; otherwise the queue decides who is next. */
  private mayGoOn(runId: string): boolean {
    return !this.stopping && [...this.waiting].every((id) => id === runId);
  }

  /** At once, or after a breath when it looked a moment ago: each finish of its own rings here too. */
  private claimSoon(): void {
    if (this.soon) return;
    const wait = this.claimedAt + limits.claimPaceMs - performance.now();
    if (wait <= 0) return void this.claim();
    this.soon = setTimeout(() => {
      this.soon = undefined;
      void this.claim();
    }, wait);
  }

  /** One at a time: what is woken meanwhile is looked at afterwards. */
  private async claim(): Promise<void> {
    this.claimAgain = true;
    if (this.claiming) return;
    this.claiming = true;
    this.claimedAt = performance.now();
    try {
      while (this.claimAgain && !this.stopping && this.free.threads > 0) {
        this.claimAgain = false;
        const { claimed, dueInMs, left } = await claimNodes(this.options.engine, this.offer(), this.leaseMs);
        this.waiting = left;
        this.wakeWhenDue(dueInMs);
        await this.take(claimed);
      }
    } catch (error) {
      this.say("Claiming failed.", error);
    } finally {
      this.claiming = false;
    }
  }

  private wakeWhenDue(ms: number | undefined): void {
    clearTimeout(this.due);
    if (ms !== undefined && ms < limits.pollMs) this.due = setTimeout(() => void this.claim(), ms + 2);
  }

  private async take(claims: readonly ClaimedNode[]): Promise<void> {
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
      const attempt = new RunningAttempt(job, host, ears);
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
      return this.hosts.take(job.isolate, job.gpu);
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
    await this.telemetry.flush();
    this.telemetry.forget(claim);
    this.free = giveBack(this.free, claim);
    try {
      if (ending.end === "done") this.finish(claim.runId, { ...claim, outputs: ending.outputs });
      else await this.persist(() => this.record(attempt, ending));
    } catch (error) {
      // The lease passes and the attempt is taken back by whoever reaps it.
      this.say("The end of a job could not be recorded.", error, { run: claim.runId, node: claim.nodeId });
    }
    if (ending.end !== "done") {
      this.held.delete(claim.nodeRunId);
      void this.claim();
    }
  }

  private async record(attempt: RunningAttempt, ending: Exclude<Ending, { end: "done" }>): Promise<void> {
    const { engine } = this.options;
    const { claim } = attempt;
    if (ending.end === "failed") {
      const { reason, values } = ending.failure;
      if (BYTES_LOST.has(reason)) await markDamaged(engine.pool, [String(values.digest)]);
      await failAttempt(engine, claim, ending.failure, ending.detail);
    } else if (ending.why === "cancel") await stopAttempt(engine, claim);
    else if (ending.why === "shutdown") await returnAttempts(engine, [claim]);
    else if (ending.why === "late")
      await failAttempt(engine, claim, { code: "TIMED_OUT", reason: "timed-out", values: {} });
  }

  /** Successes of one run that come while an earlier one is being written go together; the next nodes are claimed with them. */
  private finish(runId: string, finished: Finished): void {
    const queue = this.finishing.get(runId) ?? { list: [], busy: false };
    this.finishing.set(runId, queue);
    queue.list.push(finished);
    if (!queue.busy) void this.drain(runId, queue);
  }

  private async drain(runId: string, queue: { list: Finished[]; busy: boolean }): Promise<void> {
    queue.busy = true;
    let wentOn = true;
    while (queue.list.length) {
      const list = queue.list.splice(0);
      try {
        wentOn = this.mayGoOn(runId);
        const offer = wentOn ? { offer: this.offer() } : {};
        const { claims } = await this.persist(() =>
          finishNodes(this.options.engine, runId, list, { ...offer, leaseMs: this.leaseMs }),
        );
        for (const { nodeRunId } of list) this.held.delete(nodeRunId);
        await this.take(claims);
      } catch (error) {
        for (const { nodeRunId } of list) this.held.delete(nodeRunId);
        const nodes = list.map(({ nodeId }) => nodeId);
        this.say("A success could not be recorded.", error, { run: runId, nodes });
      }
    }
    queue.busy = false;
    this.finishing.delete(runId);
    // Where the last finish took what there was, whatever else becomes ready rings.
    if (wentOn) this.claimSoon();
    else void this.claim();
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
    for (const { nodeRunId, attempt, state } of await heartbeat(this.relaxed, this.id, held, this.leaseMs)) {
      const mine = this.held.get(nodeRunId)?.attempt;
      if (mine?.claim.attempt !== attempt || state === "held") continue;
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
