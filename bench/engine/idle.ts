/** What a process tree costs while nothing is to be done, from Linux's own accounts. */
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** Of one core, in per cent; megabytes without counting shared pages twice (PSS). */
export type Idle = { cpuPercent: number; megabytes: number };

/** Clock ticks a second in /proc: 100 on every Linux that Node runs on. */
const TICKS = 100;

/** The processes and all that they started. */
function tree(roots: readonly number[]): number[] {
  const children = new Map<number, number[]>();
  for (const entry of readdirSync("/proc")) {
    const parent = Number(statOf(Number(entry))?.[1]);
    if (parent) children.set(parent, [...(children.get(parent) ?? []), Number(entry)]);
  }
  const all = [...roots];
  for (const pid of all) all.push(...(children.get(pid) ?? []));
  return all;
}

/** State, parent, … as in proc(5), from the third field on. */
function statOf(pid: number): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return text.slice(text.lastIndexOf(")") + 2).split(" ");
  } catch {
    return undefined;
  }
}

/** User and system time with that of children that ended, in seconds. */
function cpuSeconds(pid: number): number {
  const fields = statOf(pid)?.slice(11, 15).map(Number) ?? [];
  return fields.reduce((a, b) => a + b, 0) / TICKS;
}

function megabytes(pid: number): number {
  try {
    const kilobytes = /^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1];
    return Number(kilobytes ?? 0) / 1000;
  } catch {
    return 0;
  }
}

export async function measureIdle(roots: readonly number[], seconds: number): Promise<Idle> {
  const sum = (of: (pid: number) => number) => tree(roots).reduce((total, pid) => total + of(pid), 0);
  const before = sum(cpuSeconds);
  await sleep(seconds * 1000);
  return { cpuPercent: ((sum(cpuSeconds) - before) / seconds) * 100, megabytes: sum(megabytes) };
}
