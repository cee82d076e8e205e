/** Ends a process with all that it started, also what left its process group or outlived its parent. */
import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import * as limits from "../../limits";

/** In the environment of a job host, and so of all that it starts: `<pid of its worker>-<random>`. */
export const MARK = "TELAR_JOB_HOST";

/** `rows`: what `ps -A -o pid=,ppid=` says. Children, their children and so on. */
export function descendantsOf(pid: number, rows: string): number[] {
  const children = new Map<number, number[]>();
  for (const row of rows.split("\n")) {
    const [child, parent] = row.trim().split(/\s+/).map(Number);
    if (child && parent) children.set(parent, [...(children.get(parent) ?? []), child]);
  }
  const found: number[] = [];
  for (const queue = [pid]; queue.length; ) {
    const next = (children.get(queue.pop()!) ?? []).filter((child) => !found.includes(child));
    found.push(...next);
    queue.push(...next);
  }
  return found;
}

/**
 * The group that `pid` leads, what it started outside of it, and what carries its mark. Resolves when all of them are gone,
 * but for `pid` itself.
 */
export async function endTree(pid: number, mark: string): Promise<void> {
  const others = new Set(descendantsOf(pid, await processTable()));
  endGroupOf(pid);
  for (let waited = 0; ; waited += limits.treePollMs) {
    // Again each time: what is being ended may have started something meanwhile.
    for (const other of findMarked((one) => one === mark)) others.add(other);
    others.delete(pid);
    for (const other of others) kill(other);
    if (![...others].some(isRunning) || waited >= limits.treeMs) return;
    await sleep(limits.treePollMs);
  }
}

/** What a host that ended by itself has left behind. */
export function endLeftOvers(pid: number, mark: string): void {
  endGroupOf(pid);
  for (const other of findMarked((one) => one === mark)) kill(other);
}

/** What is left of job hosts whose worker is gone: their watchdog ends their group, not what left it. */
export function endOrphans(isAlive: (pid: number) => boolean): void {
  for (const pid of findMarked((mark) => !isAlive(Number.parseInt(mark, 10)))) kill(pid);
}

/** Processes by their mark. Only Linux shows the environment of others; elsewhere none are found. */
function findMarked(test: (mark: string) => boolean): number[] {
  return processIds().filter((pid) => {
    const mark = readProcess(pid, "environ")
      ?.split("\0")
      .find((entry) => entry.startsWith(`${MARK}=`))
      ?.slice(MARK.length + 1);
    return mark !== undefined && test(mark);
  });
}

/**
 * Processor time of a process and of all that it started, and whether it is stopped, as by SIGSTOP; a debugger stops it in
 * another way. Undefined where the system does not say.
 */
export async function lookAtTree(pid: number): Promise<{ cpuMs: number; stopped: boolean } | undefined> {
  const own = statOf(pid);
  if (!own) return undefined;
  const all = [pid, ...descendantsOf(pid, await processTable())];
  // Own time and that of children that have ended: fields 14 to 17 of proc(5), in hundredths of a second.
  const ticks = all.flatMap((one) => statOf(one)?.slice(11, 15).map(Number) ?? []);
  return { cpuMs: ticks.reduce((sum, each) => sum + each, 0) * 10, stopped: own[0] === "T" };
}

async function processTable(): Promise<string> {
  const pids = processIds();
  if (pids.length) return pids.map((pid) => `${pid} ${statOf(pid)?.[1] ?? 0}`).join("\n");
  const { stdout } = await promisify(execFile)("ps", ["-A", "-o", "pid=,ppid="]).catch(() => ({
    stdout: "",
  }));
  return stdout;
}

function processIds(): number[] {
  try {
    return readdirSync("/proc").map(Number).filter(Boolean);
  } catch {
    return [];
  }
}

/** State, parent and so on as in proc(5), from the third field on. */
function statOf(pid: number): string[] | undefined {
  const text = readProcess(pid, "stat");
  return text?.slice(text.lastIndexOf(")") + 2).split(" ");
}

function readProcess(pid: number, file: "environ" | "stat"): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "latin1");
  } catch {
    return undefined;
  }
}

/** What has ended and waits for its parent to bury it runs no more. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return statOf(pid)?.[0] !== "Z";
  } catch {
    return false;
  }
}

function endGroupOf(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    kill(pid);
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {}
}
