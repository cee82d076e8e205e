/** What runs on this machine, as `ps` says it. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

type Row = { pid: number; parent: number; command: string };

function rows(): Row[] {
  return execFileSync("ps", ["-A", "-o", "pid=,ppid=,command="], { encoding: "utf8" })
    .split("\n")
    .flatMap((line) => {
      const [, pid, parent, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
      return pid ? [{ pid: Number(pid), parent: Number(parent), command: command ?? "" }] : [];
    });
}

export const childrenOf = (parent: number, pattern = /./): number[] =>
  rows()
    .filter((row) => row.parent === parent && pattern.test(row.command) && !/<defunct>/.test(row.command))
    .map(({ pid }) => pid);

/** False for a zombie: it runs no more. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== "linux" || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

export function signal(pid: number | undefined, name: NodeJS.Signals): void {
  try {
    if (pid) process.kill(pid, name);
  } catch {}
}

/** Looks again until `look` gives something. */
export async function eventually<T>(
  what: string,
  look: () => T | Promise<T>,
  ms: number,
): Promise<NonNullable<T>> {
  let last: unknown = "no answer";
  for (const deadline = performance.now() + ms; ; await sleep(25)) {
    // While a fault is on, looking fails too.
    const found = await Promise.race([
      Promise.resolve()
        .then(look)
        .catch((error) => {
          last = error;
        }),
      sleep(ms, undefined, { ref: false }),
    ]);
    if (found) return found as NonNullable<T>;
    if (performance.now() > deadline)
      throw new Error(`${what} did not come about within ${ms / 1000} s: ${last}`);
  }
}
