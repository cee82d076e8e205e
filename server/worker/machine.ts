/** What this machine offers to jobs. */
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { arch, availableParallelism, totalmem } from "node:os";
import { promisify } from "node:util";
import { liveTrainers } from "@/engines/live-trainers";
import type { LiveTrainer } from "@/graph/trainers";

export type Machine = {
  threads: number;
  memoryBytes: number;
  gpus: { name: string; vramBytes: number }[];
  /** Of the processor, as Node names it. */
  arch: string;
  /** The engines that can train here. */
  trainers: LiveTrainer[];
};

let described: Promise<Machine> | undefined;

/** Looked at once a process: nothing of it changes while the machine is up. */
export function describeMachine(): Promise<Machine> {
  described ??= lookAround();
  return described;
}

async function lookAround(): Promise<Machine> {
  const [gpus, trainers] = await Promise.all([findGpus(), liveTrainers()]);
  return {
    threads: availableParallelism(),
    memoryBytes: Math.min(totalmem(), containerMemory()),
    gpus: chooseGpus(gpus, process.env.TELAR_WORKER_GPUS),
    arch: arch(),
    trainers,
  };
}

/** The limit of the container this runs in; infinite outside one. */
function containerMemory(): number {
  for (const file of ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"]) {
    if (!existsSync(file)) continue;
    const value = Number(readFileSync(file, "utf8").trim());
    if (value > 0) return value;
  }
  return Number.POSITIVE_INFINITY;
}

/** `list` holds indexes, as in `0,1`; `none` offers none; without it all are offered. */
export function chooseGpus(found: Machine["gpus"], list: string | undefined): Machine["gpus"] {
  if (!list) return found;
  return list === "none" ? [] : list.split(",").flatMap((index) => found[Number(index)] ?? []);
}

async function findGpus(): Promise<Machine["gpus"]> {
  const query = ["--query-gpu=name,memory.total", "--format=csv,noheader,nounits"];
  try {
    const { stdout } = await promisify(execFile)("nvidia-smi", query, { timeout: 5_000 });
    return stdout
      .trim()
      .split("\n")
      .map((line) => line.split(",").map((part) => part.trim()))
      .map(([name, mebibytes]) => ({ name: name ?? "GPU", vramBytes: Number(mebibytes) * 1024 * 1024 }));
  } catch {
    return [];
  }
}

let counted = { at: Number.NEGATIVE_INFINITY, kills: 0 };

/**
 * How often the kernel has killed a process of this container, or of this machine, for want of memory. With `maxAgeMs` an
 * answer that old is good enough: asking takes as long as a quick node does.
 */
export function outOfMemoryKills(maxAgeMs = 0): number {
  const now = performance.now();
  if (now - counted.at > maxAgeMs) counted = { at: now, kills: countKills() };
  return counted.kills;
}

function countKills(): number {
  const places: [string, RegExp][] = [
    ["/sys/fs/cgroup/memory.events", /^oom_kill (\d+)/m],
    ["/sys/fs/cgroup/memory/memory.oom_control", /^oom_kill (\d+)/m],
    ["/proc/vmstat", /^oom_kill (\d+)/m],
  ];
  let kills = 0;
  for (const [file, pattern] of places) {
    try {
      kills += Number(pattern.exec(readFileSync(file, "utf8"))?.[1] ?? 0);
    } catch {}
  }
  return kills;
}
