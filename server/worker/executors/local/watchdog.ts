/** Ends a job host, and all that it started, when its worker is gone or silent. */
import { utimesSync, writeFileSync } from "node:fs";
import { Worker } from "node:worker_threads";
import * as limits from "../../limits";

/** The host leads a process group of its own. */
export function endGroup(): never {
  try {
    process.kill(-process.pid, "SIGKILL");
  } catch {}
  process.exit(1);
}

/**
 * In a thread: it works while native code blocks the main one. The worker is gone when it is no longer the parent, and
 * silent when the time of `signFile` has not changed for `silentMs`: only changes count, so a clock that is set does not matter.
 */
export function watchWorker({ signFile, silentMs }: { signFile: string; silentMs: number }): void {
  const code = `
    const { statSync } = require("node:fs");
    const parent = process.ppid;
    const end = () => {
      try { process.kill(-process.pid, "SIGKILL"); } catch {}
      process.kill(process.pid, "SIGKILL");
    };
    let sign = 0;
    let heard = performance.now();
    setInterval(() => {
      if (process.ppid !== parent) end();
      const now = performance.now();
      const { mtimeMs } = statSync(${JSON.stringify(signFile)}, { throwIfNoEntry: false }) ?? { mtimeMs: sign };
      if (mtimeMs !== sign) heard = now;
      else if (now - heard > ${silentMs}) end();
      sign = mtimeMs;
    }, ${limits.watchMs});`;
  new Worker(code, { eval: true, execArgv: [], stdout: false, stderr: false }).unref();
}

/** The worker's side: to be called at every heartbeat of its event loop. */
export function giveSign(signFile: string): void {
  const now = new Date();
  try {
    utimesSync(signFile, now, now);
  } catch {
    writeFileSync(signFile, "");
  }
}
