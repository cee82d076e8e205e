/** When a worker looks for work: on a ring, on a poll, when a retry is due. One round at a time. */
import { type ClaimedNode, claimNodes } from "@/server/runs/attempts";
import type { RunEngine } from "@/server/runs/commit";
import type { Offer } from "@/server/runs/protocol";
import * as limits from "./limits";

export type ClaimerDeps = {
  engine: RunEngine;
  leaseMs: number;
  /** Undefined while there is nothing to offer. */
  offer(): Offer | undefined;
  /** `askedAt`: before the leases began, on the clock of `performance`. */
  take(claims: readonly ClaimedNode[], askedAt: number): Promise<void>;
  failed(error: unknown): void;
};

export class Claimer {
  /** Runs that had something waiting when the queue was looked at last. */
  private waiting: ReadonlySet<string> = new Set();
  private stopped = false;
  private claiming = false;
  private again = false;
  private due: NodeJS.Timeout | undefined;
  private pace: NodeJS.Timeout | undefined;
  private claimedAt = 0;

  constructor(private readonly deps: ClaimerDeps) {}

  get busy(): boolean {
    return this.claiming;
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.due);
    clearTimeout(this.pace);
  }

  /** Something of this run is ready. Remembered while the worker is full and does not look. */
  rung(runId: string): void {
    this.waiting = new Set([...this.waiting, runId]);
    this.soon();
  }

  /** The next nodes of a run are taken on the spot when nobody else waits; otherwise the queue decides who is next. */
  mayGoOn(runId: string): boolean {
    return !this.stopped && [...this.waiting].every((id) => id === runId);
  }

  /** At once, or after a breath when it looked a moment ago: each finish of its own rings here too. */
  soon(): void {
    if (this.pace || this.stopped) return;
    const wait = this.claimedAt + limits.claimPaceMs - performance.now();
    if (wait <= 0) return void this.now();
    this.pace = setTimeout(() => {
      this.pace = undefined;
      void this.now();
    }, wait);
  }

  /** What is woken meanwhile is looked at afterwards. */
  async now(): Promise<void> {
    const { engine, leaseMs, offer, take, failed } = this.deps;
    this.again = true;
    if (this.claiming) return;
    this.claiming = true;
    this.claimedAt = performance.now();
    try {
      while (this.again && !this.stopped) {
        const offered = offer();
        if (!offered) break;
        this.again = false;
        const askedAt = performance.now();
        const { claimed, dueInMs, left } = await claimNodes(engine, offered, leaseMs);
        this.waiting = left;
        this.wakeWhenDue(dueInMs);
        await take(claimed, askedAt);
      }
    } catch (error) {
      failed(error);
    } finally {
      this.claiming = false;
    }
  }

  private wakeWhenDue(ms: number | undefined): void {
    clearTimeout(this.due);
    if (ms !== undefined && ms < limits.pollMs) this.due = setTimeout(() => void this.now(), ms + 2);
  }
}
