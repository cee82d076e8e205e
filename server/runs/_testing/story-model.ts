/** What must happen, as simply as it can be said: no rows, no hashes, no queries. The engine is held against it. */

import type { FailureCode } from "@/graph/problems";
import type { NodeRunStatus, RunStatus } from "@/graph/run-view";
import { afterFailure, type Spent } from "../protocol/failure-table";
import {
  type Clock,
  type NodeSpec,
  nodeId,
  SLOTS,
  type Step,
  type Story,
  type WorkerName,
} from "./story-steps";

type Node = NodeSpec & Spent & { status: NodeRunStatus; attempt: number; notBefore: number; value: string };
type Run = { started: boolean; cancelled: boolean; nodes: Node[] };
/** An attempt as its worker believes to hold it. */
export type Job = { run: number; node: number; attempt: number };
type Lease = Job & { until: number };

/** What an engine shows of itself, and the model too. */
export type RunSeen = { status: RunStatus; nodes: string[] };

const DONE: readonly NodeRunStatus[] = ["SUCCEEDED", "CACHED"];
const OVER: readonly NodeRunStatus[] = [...DONE, "FAILED", "SKIPPED", "CANCELLED"];

export class Model {
  now = 0;
  readonly runs: Run[];
  readonly held: Record<WorkerName, Job[]> = { A: [], B: [] };
  /** Open attempts. */
  private leases: Lease[] = [];
  /** Who executes a key, and until when others must wait for it. */
  private readonly flights = new Map<string, Lease>();
  private readonly results = new Set<string>();

  constructor(
    story: Story,
    private readonly clock: Clock,
  ) {
    const blank = { status: "PENDING", attempt: 0, notBefore: 0, value: "" } as const;
    const unspent = { nodeFailures: 0, lostWorkers: 0, unavailable: 0 };
    this.runs = story.runs.map((specs) => ({
      started: false,
      cancelled: false,
      nodes: specs.map((spec) => ({ ...spec, ...blank, ...unspent })),
    }));
  }

  /** The attempts that a step is about, and what the engine must answer: accepted or not. */
  take(step: Step): { jobs: Job[]; accepted: boolean[] } {
    const nothing = { jobs: [], accepted: [] };
    switch (step.do) {
      case "start": {
        const run = this.runs[step.run]!;
        run.started = true;
        this.settle(run);
        return nothing;
      }
      case "claim":
        return { jobs: this.claim(step.worker, step.run), accepted: [] };
      case "beat":
        this.held[step.worker] = this.held[step.worker].filter((job) => this.renew(job));
        return nothing;
      case "finish":
        return this.end(step, (job) => this.succeed(job));
      case "fail":
        return this.end(step, (job) => this.fail(job, step.code));
      case "stopped":
        return this.end(step, (job) => this.drop(job, "CANCELLED"));
      case "leave": {
        const jobs = this.held[step.worker].splice(0);
        return { jobs, accepted: jobs.map((job) => this.owned(job, () => this.giveBack(job))) };
      }
      case "die":
        this.held[step.worker] = [];
        return nothing;
      case "cancel":
        return { jobs: [], accepted: [this.cancel(this.runs[step.run]!)] };
      case "reap":
        this.reap();
        return nothing;
      case "clock":
        this.now += step.ms;
        return nothing;
    }
  }

  /** Whether the step can be taken at all; the others are passed over. */
  allows(step: Step): boolean {
    if (step.do === "start") return !this.runs[step.run]!.started;
    if (step.do === "claim" || step.do === "cancel") return this.runs[step.run]!.started;
    if (step.do === "finish" || step.do === "fail") return this.picked(step) !== undefined;
    if (step.do === "stopped") return this.runs[this.picked(step)?.run ?? -1]?.cancelled ?? false;
    return true;
  }

  seen(): (RunSeen | undefined)[] {
    return this.runs.map((run) =>
      run.started
        ? { status: statusOf(run), nodes: run.nodes.map((node, i) => show(nodeId(i), node)) }
        : undefined,
    );
  }

  valueOf({ run, node }: Job): string {
    return this.runs[run]!.nodes[node]!.value;
  }

  openAttempts(): string[] {
    return this.leases.map(({ run, node, attempt }) => `${run}/${nodeId(node)}/${attempt}`).sort();
  }

  /** A node's key names what it does to which values; its value is then known too. */
  keyOf(run: Run, { tag, parents }: NodeSpec): string {
    return `${tag}(${parents.map((parent) => run.nodes[parent]!.value).join()})`;
  }

  private picked({ worker, pick }: { worker: WorkerName; pick: number }): Job | undefined {
    const held = this.held[worker];
    return held[pick % Math.max(1, held.length)];
  }

  private settle(run: Run): void {
    if (run.cancelled) return;
    for (const node of run.nodes) {
      if (
        node.status !== "PENDING" ||
        !node.parents.every((parent) => DONE.includes(run.nodes[parent]!.status))
      )
        continue;
      if (!node.never && this.results.has(this.keyOf(run, node))) this.reuse(run, node);
      else node.status = "READY";
    }
  }

  private reuse(run: Run, node: Node): void {
    node.status = "CACHED";
    node.value = this.keyOf(run, node);
  }

  private claim(worker: WorkerName, at: number): Job[] {
    const run = this.runs[at]!;
    const jobs: Job[] = [];
    if (run.cancelled) return jobs;
    for (const [index, node] of run.nodes.entries()) {
      if (node.status !== "READY" || node.notBefore > this.now || jobs.length === SLOTS) continue;
      const key = this.keyOf(run, node);
      const job = { run: at, node: index, attempt: node.attempt + 1 };
      const lease = { ...job, until: this.now + this.clock.leaseMs };
      if (!node.never) {
        if (this.results.has(key)) {
          this.reuse(run, node);
          this.settle(run);
          continue;
        }
        const flight = this.flights.get(key);
        if (flight && flight.until >= this.now && !sameNode(flight, job)) continue;
        this.flights.set(key, { ...lease });
      }
      node.status = "RUNNING";
      node.attempt = job.attempt;
      this.leases.push(lease);
      jobs.push(job);
    }
    this.held[worker].push(...jobs);
    return jobs;
  }

  private renew(job: Job): boolean {
    const until = this.now + this.clock.leaseMs;
    for (const flight of this.flights.values()) if (same(flight, job)) flight.until = until;
    const lease = this.leases.find((one) => same(one, job));
    if (lease) lease.until = until;
    return lease !== undefined;
  }

  private end(by: { worker: WorkerName; pick: number }, act: (job: Job) => void) {
    const job = this.picked(by)!;
    this.held[by.worker] = this.held[by.worker].filter((one) => one !== job);
    return { jobs: [job], accepted: [this.owned(job, () => act(job))] };
  }

  private owned(job: Job, act: () => void): boolean {
    const node = this.runs[job.run]!.nodes[job.node]!;
    if (node.status !== "RUNNING" || node.attempt !== job.attempt) return false;
    act();
    return true;
  }

  private drop(job: Job, status: NodeRunStatus): Node {
    this.leases = this.leases.filter((one) => !same(one, job));
    for (const [key, flight] of this.flights) if (same(flight, job)) this.flights.delete(key);
    const node = this.runs[job.run]!.nodes[job.node]!;
    node.status = status;
    return node;
  }

  private succeed(job: Job): void {
    const run = this.runs[job.run]!;
    const node = this.drop(job, "SUCCEEDED");
    node.value = this.keyOf(run, node);
    if (!node.never) {
      this.results.add(node.value);
      for (const twin of run.nodes)
        if (twin.status === "READY" && !twin.never && this.keyOf(run, twin) === node.value)
          this.reuse(run, twin);
    }
    this.settle(run);
  }

  private fail(job: Job, code: FailureCode): void {
    const run = this.runs[job.run]!;
    if (run.cancelled) {
      this.drop(job, "CANCELLED");
      return;
    }
    const node = this.drop(job, "READY");
    const { spent, retryInMs } = afterFailure(code, node, 0.5);
    Object.assign(node, spent);
    if (retryInMs !== undefined) {
      node.notBefore = this.now + retryInMs;
      return;
    }
    node.status = "FAILED";
    for (const below of run.nodes)
      if (
        below.status === "PENDING" &&
        below.parents.some((parent) => ["FAILED", "SKIPPED"].includes(run.nodes[parent]!.status))
      )
        below.status = "SKIPPED";
  }

  private giveBack(job: Job): void {
    if (this.runs[job.run]!.cancelled) this.drop(job, "CANCELLED");
    else this.drop(job, "READY").notBefore = this.now;
  }

  private cancel(run: Run): boolean {
    if (run.cancelled || run.nodes.every(({ status }) => OVER.includes(status))) return false;
    run.cancelled = true;
    for (const node of run.nodes)
      if (node.status === "PENDING" || node.status === "READY") node.status = "CANCELLED";
    return true;
  }

  private reap(): void {
    const lost = this.leases.filter(
      ({ run, until }) => until < this.now - (this.runs[run]!.cancelled ? this.clock.graceMs : 0),
    );
    for (const job of lost) this.owned(job, () => this.fail(job, "WORKER_LOST"));
  }
}

const sameNode = (a: Job, b: Job) => a.run === b.run && a.node === b.node;
const same = (a: Job, b: Job) => sameNode(a, b) && a.attempt === b.attempt;

export const show = (id: string, node: Spent & { status: NodeRunStatus; attempt: number }): string =>
  `${id} ${node.status} ${node.attempt} [${node.nodeFailures} ${node.lostWorkers} ${node.unavailable}]`;

function statusOf({ nodes }: Run): RunStatus {
  const has = (...statuses: NodeRunStatus[]) => nodes.some(({ status }) => statuses.includes(status));
  if (nodes.every(({ status }) => OVER.includes(status)))
    return has("FAILED") ? "FAILED" : has("CANCELLED") ? "CANCELLED" : "SUCCEEDED";
  return nodes.some(({ status, attempt }) => attempt > 0 || OVER.includes(status)) ? "RUNNING" : "QUEUED";
}
