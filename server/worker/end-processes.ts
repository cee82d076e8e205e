/** Ends a process with all that it started, also what left its process group. */
import { execFile } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import * as limits from "./limits";
import { isAlive } from "./registry";

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

/** The group that `pid` leads, and what it started outside it. Resolves when all of them are gone, but for `pid` itself. */
export async function endTree(pid: number): Promise<void> {
  const rows = await promisify(execFile)("ps", ["-A", "-o", "pid=,ppid="]).then(
    ({ stdout }) => stdout,
    () => "",
  );
  const others = descendantsOf(pid, rows);
  endGroupOf(pid);
  for (const other of others) kill(other);
  for (let waited = 0; others.some(isAlive) && waited < limits.treeMs; waited += 20) await sleep(20);
}

export function endGroupOf(pid: number): void {
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
