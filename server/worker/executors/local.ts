/** Jobs in processes of this machine: job hosts over IPC, kept warm for cheap kinds. */
import { randomBytes } from "node:crypto";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import * as runLimits from "@/server/runs/limits";
import * as limits from "../limits";
import type { Machine } from "../machine";
import type { HostConfig } from "../messages";
import { isAlive } from "../registry";
import { describeError } from "../thrown";
import type { Executor, RunningJob } from "./executor";
import { endOrphans } from "./local/end-processes";
import type { HostEntry, JobHost } from "./local/host";
import { HostPool } from "./local/host-pool";
import { LocalJob } from "./local/local-job";
import type { StallLimits } from "./local/stall";
import { giveSign } from "./local/watchdog";

export type LocalOptions = {
  host: HostEntry;
  config: HostConfig;
  machine: Machine;
  /** Logs of job hosts lie in `job-hosts` below. */
  logsDir: string;
  /** A host that has no sign of life from this process for a part of it ends itself: another may have its work then. */
  leaseMs?: number;
  /** When a job stands still. */
  stall?: StallLimits;
};

export function createLocalExecutor(options: LocalOptions): Executor {
  const { host, config, machine, logsDir, leaseMs = runLimits.leaseMs } = options;
  endOrphans(isAlive);
  const hostLogs = join(logsDir, "job-hosts");
  mkdirSync(hostLogs, { recursive: true });
  /** Its time says to the job hosts that this process lives. */
  const signFile = join(hostLogs, `worker-${process.pid}-${randomBytes(4).toString("hex")}.alive`);
  const silentMs = leaseMs * limits.silentShare;
  giveSign(signFile);
  const sign = setInterval(() => giveSign(signFile), silentMs / limits.signsPerSilence);
  const hosts = new HostPool(host, { ...config, signFile, silentMs }, hostLogs);
  hosts.warm();
  return {
    name: "local",
    capacity: () => machine,
    start(job, events) {
      let host: JobHost;
      try {
        host = hosts.take(
          job.isolate,
          job.gpus.map(({ index }) => index),
        );
      } catch (error) {
        // No process can be started, on a full disk for one.
        return neverBegan(error, hostLogs);
      }
      return new LocalJob(job, host, hosts, events, options.stall);
    },
    async close() {
      await hosts.close();
      clearInterval(sign);
      rmSync(signFile, { force: true });
    },
  };
}

function neverBegan(error: unknown, place: string): RunningJob {
  return { ended: Promise.resolve({ end: "failed", ...describeError(error, place) }), stop: () => {} };
}
