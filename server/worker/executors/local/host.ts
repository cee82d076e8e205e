/** One job host process as its worker sees it. */

import { type ChildProcess, fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { childEnv, type EnvGroup } from "@/engines/child-env";
import * as limits from "../../limits";
import type { FromHost, HostInit, JobSpec, ToHost } from "../../messages";
import { endLeftOvers, endTree, MARK } from "./end-processes";

/** How to start a host: a file, and what Node needs to load it. */
export type HostEntry = { file: string; execArgv?: string[]; env?: Record<string, string> };
export type HostExit = { signal: string | null; code: number | null; tail: string };

export type JobListener = {
  message(message: FromHost): void;
  exited(exit: HostExit): void;
  /** Asked when the host is ready, just before the job is sent. */
  mayBegin(): boolean;
};

export class JobHost {
  readonly pid: number;
  jobs = 0;
  /** Where in the log the job that runs now began. */
  private logFrom = 0;
  /** Bytes of memory at the last sign of life. */
  rss = 0;
  exit: HostExit | undefined;
  private listener: JobListener | undefined;
  private readonly ready: Promise<void>;
  private readonly gone: Promise<HostExit>;
  private killing: Promise<void> | undefined;

  constructor(
    private readonly child: ChildProcess,
    private readonly mark: string,
    private readonly logFile: string,
    config: HostInit,
  ) {
    this.pid = child.pid ?? 0;
    let isReady = () => {};
    this.ready = new Promise((done) => {
      isReady = done;
    });
    this.gone = new Promise((done) => {
      const end = (code: number | null, signal: string | null) => {
        if (this.exit) return;
        // Whoever ended it, what it started must not go on without it.
        if (this.pid) endLeftOvers(this.pid, mark);
        this.exit = { code, signal, tail: readTail(logFile, this.logFrom) };
        rmSync(logFile, { force: true });
        isReady();
        done(this.exit);
        this.listener?.exited(this.exit);
      };
      child.once("exit", end);
      child.once("error", () => end(null, null));
    });
    child.on("message", (message: FromHost) => {
      if (message.type === "ready") isReady();
      else {
        if (message.type === "rss") this.rss = message.bytes;
        this.listener?.message(message);
      }
    });
    this.send({ type: "init", config });
  }

  /** Starts a job; the listener hears everything until `release`. */
  async start(job: JobSpec, listener: JobListener): Promise<void> {
    this.listener = listener;
    // What earlier jobs wrote says nothing of this one, and may be another team's.
    this.logFrom = statSync(this.logFile, { throwIfNoEntry: false })?.size ?? 0;
    this.jobs++;
    const timer = setTimeout(() => this.kill(), limits.hostStartMs);
    await this.ready;
    clearTimeout(timer);
    if (!this.exit && listener.mayBegin()) this.send({ type: "job", job });
  }

  /** Somebody has it under the inspector: it may stand at a breakpoint. */
  get isDebugged(): boolean {
    try {
      return readFileSync(this.logFile, "utf8").includes("Debugger listening on");
    } catch {
      return false;
    }
  }

  release(): void {
    this.listener = undefined;
  }

  send(message: ToHost): void {
    if (this.child.connected) this.child.send(message, () => {});
  }

  /** Kills the host and all that it started; resolves when it is known to be gone. */
  async kill(): Promise<HostExit> {
    if (!this.exit) this.killing ??= endTree(this.pid, this.mark);
    await this.killing;
    return this.gone;
  }
}

/** What a job host needs of its worker's environment: it fetches models, and reads and writes artifacts. */
const SEEN: readonly EnvGroup[] = ["machine", "node", "hub"];

export function spawnHost(entry: HostEntry, config: HostInit, logFile: string): JobHost {
  mkdirSync(dirname(logFile), { recursive: true });
  const mark = `${process.pid}-${randomBytes(8).toString("hex")}`;
  const log = openSync(logFile, "w");
  try {
    const child = fork(entry.file, [], {
      execArgv: entry.execArgv ?? [],
      env: {
        ...childEnv(config.artifacts.kind === "s3" ? [...SEEN, "bucket"] : SEEN),
        ...entry.env,
        [MARK]: mark,
      },
      stdio: ["ignore", log, log, "ipc"],
      // A group of its own, so that whatever a job starts can be ended with it.
      detached: true,
    });
    return new JobHost(child, mark, logFile, config);
  } finally {
    closeSync(log);
  }
}

function readTail(file: string, from: number): string {
  try {
    return readFileSync(file).subarray(from).toString("utf8").slice(-limits.tailChars);
  } catch {
    return "";
  }
}
