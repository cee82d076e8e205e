/** Claims node runs, has them done by an executor, and records how they ended. Several may work on one database. */

import { hostname } from "node:os";
import { isDeepStrictEqual } from "node:util";
import type { Progress } from "@/graph/run-view";
import { createPool, type Pool, patiently } from "@/server/db";
import type { Logger } from "@/server/log";
import type { ClaimedNode } from "@/server/runs/attempts";
import {
  expireDeadWorkers,
  type Finished,
  finishNodes,
  heartbeat,
  reapAttempts,
} from "@/server/runs/attempts";
import type { RunEngine } from "@/server/runs/commit";
import { CANCEL_CHANNEL, READY_CHANNEL } from "@/server/runs/commit";
import { newId } from "@/server/runs/ids";
import * as runLimits from "@/server/runs/limits";
import type { Offer } from "@/server/runs/protocol";
import { type Capacity, giveBack, resized, take } from "@/server/runs/protocol";
import type { Listener } from "@/server/runs/watch";
import { answerer, noSecrets, type ReadSecret } from "./answers";
import { Claimer } from "./claimer";
import type { Ending, Executor, JobEvents, RunningJob, StopReason } from "./executors/executor";
import { FinishQueue } from "./finish-queue";
import { createSecretHider, type SecretHider } from "./hide-secrets";
import { type ReadyJob, readJobs } from "./job-inputs";
import * as limits from "./limits";
import { lastLine, logEnding } from "./log-ending";
import type { Machine } from "./machine";
import { recordEnding } from "./record-ending";
import { isAlive, registerWorker, seeWorker, stopWorkerRow, updateWorker } from "./registry";
import { Telemetry } from "./telemetry";

export type WorkerOptions = {
  engine: RunEngine;
  listener: Listener;
  /** Closed when the worker has stopped. */
  executor: Executor;
  name?: string;
  readSecret?: ReadSecret;
  leaseMs?: number;
  heartbeatMs?: number;
  log?: Logger;
};

export type RunningWorker = { id: string; name: string; stop(): Promise<void> };

export async function startWorker(options: WorkerOptions): Promise<RunningWorker> {
  const machine = options.executor.capacity();
  const id = newId();
  const name = options.name ?? hostname();
  await registerWorker(options.engine.pool, { id, name, machine });
  await expireDeadWorkers(options.engine, isAlive);
  const worker = new Worker(id, options);
  worker.start();
  return { id, name, stop: () => worker.stop() };
}

function capacityOf({ threads, memoryBytes, gpus, arch, trainers }: Machine): Capacity {
  return { threads, memoryBytes, vram: gpus.map(({ vramBytes }) => vramBytes), trains: { arch, trainers } };
}

type Held = {
  job: ReadyJob;
  running: RunningJob | undefined;
  startedAt: number;
  /** Until then the lease is known to last, on the clock of `performance`: a job does not begin after it. */
  leasedUntil: number;
  /** What this job was told in confidence. */
  secrets: SecretHider;
  peakBytes: number;
  progress?: Progress;
  progressChanged: boolean;
};

class Worker {
  private readonly held = new Map<string, Held>();
  private readonly claimer: Claimer;
  private readonly finishing: FinishQueue;
  private readonly telemetry: Telemetry;
  /** For what need not survive the death of the machine. */
  private readonly relaxed: Pool;
  private readonly answer: ReturnType<typeof answerer>;
  private readonly undo: (() => void)[] = [];
  private total: Capacity;
  private free: Capacity;
  /** What is free is being offered with the end of a node: nobody else may give it away meanwhile. */
  private offering = false;
  private stopping = false;
  private readonly leaseMs: number;
  private readonly heartbeatMs: number;

  constructor(
    private readonly id: string,
    private readonly options: WorkerOptions,
  ) {
    const { engine, executor } = options;
    this.leaseMs = options.leaseMs ?? runLimits.leaseMs;
    this.heartbeatMs = options.heartbeatMs ?? runLimits.heartbeatMs;
    this.relaxed = createPool(engine.pool.options.connectionString!, {
      max: 2,
      name: "telar-worker",
      relaxed: true,
    });
    this.telemetry = new Telemetry(this.relaxed, ({ chunks, points, samples }, error) => {
      const { nodeRunId } = [...chunks, ...points, ...samples][0]!;
      this.say("The database refused something that a job said.", error, { nodeRunId });
    });
    this.answer = answerer(engine, options.readSecret ?? noSecrets);
    this.total = capacityOf(executor.capacity());
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
    this.every(this.heartbeatMs, () => this.readCapacity());
    // Its own leases first: after the database was away they must not be taken for lost by the one who holds them.
    this.every(Math.min(runLimits.reapMs, this.leaseMs), async () => {
      await this.beat();
      await reapAttempts(engine, { renewMs: this.heartbeatMs * 2 });
    });
    void this.claimer.now();
  }

  /** Gives everything back and closes its executor; within about two seconds. */
  async stop(): Promise<void> {
    if (this.stopping) return;
    this.stopping = true;
    for (const undo of this.undo) undo();
    this.claimer.stop();
    for (const { running } of this.held.values()) running?.stop("shutdown", limits.shutdownMs);
    await Promise.all([...this.held.values()].map(({ running }) => running?.ended));
    while (this.held.size || this.claimer.busy) await new Promise((done) => setTimeout(done, 10));
    await this.telemetry.flush();
    await this.options.executor.close();
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
    for (const job of jobs) this.begin(job, askedAt + this.leaseMs);
  }

  private begin(job: ReadyJob, leasedUntil: number): void {
    const startedAt = performance.now();
    const held: Held = {
      job,
      running: undefined,
      startedAt,
      leasedUntil,
      secrets: createSecretHider(),
      peakBytes: 0,
      progressChanged: false,
    };
    this.held.set(job.nodeRunId, held);
    const { runId: run, nodeId: node, attempt } = job;
    this.options.log?.debug({ worker: this.id, run, node, attempt }, "A job starts.");
    held.running = this.options.executor.start(job, this.eventsOf(held));
    void held.running.ended.then((ending) => this.ended(held, ending));
    if (this.stopping) held.running.stop("shutdown", limits.shutdownMs);
  }

  private eventsOf(held: Held): JobEvents {
    const { job } = held;
    return {
      event: (open) => {
        const event = held.secrets.hide(open);
        if (event.say === "progress")
          Object.assign(held, { progress: event.progress, progressChanged: true });
        else this.telemetry.add(job, event);
      },
      memory: (bytes) => {
        held.peakBytes = Math.max(held.peakBytes, bytes);
      },
      answer: async (what, ask) => {
        // A later attempt goes on after this step: the curve up to here must not be lost with this process.
        if (what === "checkpoint-made") await this.telemetry.flush();
        const answer = await this.persist(() => this.answer(what, ask, job));
        if (what === "secret") held.secrets.learn(String(answer));
        return answer;
      },
      mayBegin: () => performance.now() < held.leasedUntil,
    };
  }

  private async ended(held: Held, open: Ending): Promise<void> {
    const claim = held.job;
    const ending = open.end === "failed" ? held.secrets.hide(open) : open;
    logEnding(this.options.log, this.id, held, ending);
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

  /** An executor may gain machines and lose them. */
  private async readCapacity(): Promise<void> {
    const machine = this.options.executor.capacity();
    const now = capacityOf(machine);
    if (isDeepStrictEqual(now, this.total)) return;
    this.free = resized(this.free, this.total, now);
    this.total = now;
    await updateWorker(this.relaxed, this.id, machine);
    void this.claimer.now();
  }

  private beatIfNeeded(): Promise<void> | undefined {
    return [...this.held.values()].some(({ progressChanged }) => progressChanged) ? this.beat() : undefined;
  }

  private async beat(): Promise<void> {
    await seeWorker(this.relaxed, this.id);
    const held = [...this.held].map(([nodeRunId, one]) => {
      one.progressChanged = false;
      const { job, progress, peakBytes, running } = one;
      return {
        nodeRunId,
        attempt: job.attempt,
        ...(progress ? { progress } : {}),
        peakBytes,
        externalId: running?.externalId ?? null,
      };
    });
    const askedAt = performance.now();
    for (const beat of await heartbeat(this.relaxed, this.id, held, this.leaseMs)) {
      const { nodeRunId, attempt, state, renewed } = beat;
      const mine = this.held.get(nodeRunId);
      if (mine?.job.attempt !== attempt) continue;
      if (renewed) mine.leasedUntil = askedAt + this.leaseMs;
      if (state === "held") continue;
      mine.running?.stop(state satisfies StopReason, state === "lost" ? 0 : limits.abortMs);
    }
  }

  private cancelled(runId: string): void {
    // After a gap in the connection the payload is empty: the rows say which.
    if (!runId) return void this.beat().catch(() => {});
    for (const { job, running } of this.held.values())
      if (job.runId === runId) running?.stop("cancel", limits.abortMs);
  }

  /** However long the database is away, what a job did is not lost. Written twice it changes nothing: the fence refuses. */
  private persist<T>(write: () => Promise<T>): Promise<T> {
    return patiently(write, () => this.stopping);
  }

  private say(message: string, error: unknown, more: object = {}): void {
    if (!this.stopping) this.options.log?.error({ worker: this.id, ...more, err: error }, message);
  }
}
