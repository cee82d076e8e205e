/** Job hosts: kept warm for cheap kinds, one each for kinds that ask for it. */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { createStore } from "@/server/artifacts/index";
import * as limits from "../../limits";
import type { HostInit } from "../../messages";
import { type HostEntry, type JobHost, spawnHost } from "./host";
import { sweepJobs } from "./sweep";

export class HostPool {
  private readonly idle = new Map<JobHost, NodeJS.Timeout>();
  private readonly all = new Set<JobHost>();
  private readonly scratch: string;

  constructor(
    private readonly entry: HostEntry,
    private readonly config: HostInit,
    private readonly logsDir: string,
  ) {
    this.scratch = createStore(config).scratch;
  }

  /** A job on GPUs has a new host: which of them it sees is settled when a process starts. */
  take(isolate: boolean, gpus: readonly number[] = []): JobHost {
    if (gpus.length) return this.spawn({ CUDA_VISIBLE_DEVICES: gpus.map(visibleGpu).join(",") });
    for (const [host, timer] of this.idle) {
      clearTimeout(timer);
      this.idle.delete(host);
      if (host.exit) continue;
      // A job with a host of its own may take one that is warm: it is ended afterwards.
      if (isolate && host.jobs > 0) {
        this.rest(host);
        break;
      }
      return host;
    }
    return this.spawn({});
  }

  private spawn(env: Record<string, string>): JobHost {
    const file = join(this.logsDir, `job-host-${process.pid}-${randomBytes(4).toString("hex")}.log`);
    const host = spawnHost({ ...this.entry, env: { ...this.entry.env, ...env } }, this.config, file);
    this.all.add(host);
    return host;
  }

  /** The job ended well: the host waits for the next one. */
  giveBack(host: JobHost, isolate: boolean): void {
    host.release();
    if (isolate || host.jobs >= limits.jobsPerHost || host.exit) void this.end(host);
    else this.rest(host);
  }

  async end(host: JobHost): Promise<void> {
    host.release();
    this.idle.delete(host);
    await host.kill();
    this.all.delete(host);
    await sweepJobs(this.scratch, host.pid);
  }

  /** Starts a host ahead of the first job. */
  warm(): void {
    if (!this.idle.size) this.rest(this.take(false));
  }

  async close(): Promise<void> {
    for (const timer of this.idle.values()) clearTimeout(timer);
    await Promise.all([...this.all].map((host) => this.end(host)));
  }

  private rest(host: JobHost): void {
    const timer = setTimeout(() => void this.end(host), limits.idleMs);
    timer.unref();
    this.idle.set(host, timer);
  }
}

/** The worker itself may see only some: its first is then the first of those. */
function visibleGpu(index: number): string {
  const visible = process.env.CUDA_VISIBLE_DEVICES?.split(",").filter(Boolean);
  return visible?.[index] ?? String(index);
}
