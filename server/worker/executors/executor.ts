/**
 * What executes jobs. Leases, fences, retries, the cache, artifacts and cancel are the worker's and the same for all;
 * processes, channels and placement are the executor's own business.
 */
import type { Stored } from "@/server/artifacts/put";
import type { NodeFailure } from "@/server/runs/protocol";
import type { ReadyJob } from "../job-inputs";
import type { Machine } from "../machine";
import type { Asks, JobEvent } from "../messages";

export type Executor = {
  readonly name: string;
  /** What it has in all, for this worker to offer. */
  capacity(): Machine;
  /** Never throws: what keeps a job from starting is its ending. */
  start(job: ReadyJob, events: JobEvents): RunningJob;
  /** Ends whatever still runs. Resolves when it is known to be gone. */
  close(): Promise<void>;
};

export type RunningJob = {
  /** The name of the job where it runs: what a person looks for there. */
  readonly externalId?: string | undefined;
  /** Resolves when the job, and all that it started, runs no more or is fit for the next. Never rejects. */
  readonly ended: Promise<Ending>;
  /** Asks it to end and keep its last checkpoint; after `graceMs` it is ended. Only the first reason counts. */
  stop(reason: StopReason, graceMs: number): void;
};

/** What a job says and asks while it runs. */
export type JobEvents = {
  event(event: JobEvent): void;
  /** Bytes that it holds now, or held at most. */
  memory(bytes: number): void;
  answer<W extends keyof Asks>(what: W, ask: Asks[W]["ask"]): Promise<Asks[W]["answer"]>;
  /** Asked just before the job begins: false when its lease has passed meanwhile, and it must not. */
  mayBegin(): boolean;
};

/** `gone`: stopped on purpose, and known to have ended. */
export type Ending =
  | { end: "done"; outputs: Record<string, Stored> }
  | { end: "failed"; failure: NodeFailure; detail: string }
  | { end: "gone"; why: StopReason };
/** `cancel`: a person. `late`: its deadline. `lost`: another has the lease. `shutdown`: the worker ends. */
export type StopReason = "cancel" | "late" | "lost" | "shutdown";
