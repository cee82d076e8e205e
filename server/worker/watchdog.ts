/** Ends a job host, and all that it started, when its worker is gone or silent. */
import { Worker } from "node:worker_threads";
import * as limits from "./limits";

/** The host leads a process group of its own. */
export function endGroup(): never {
  try {
    process.kill(-process.pid, "SIGKILL");
  } catch {}
  process.exit(1);
}

/** In a thread: it works while native code blocks the main one. */
export function watchParent(): void {
  const code = `
    const parent = process.ppid;
    setInterval(() => {
      if (process.ppid === parent) return;
      try { process.kill(-process.pid, "SIGKILL"); } catch {}
      process.kill(process.pid, "SIGKILL");
    }, ${limits.orphanMs});`;
  new Worker(code, { eval: true, execArgv: [], stdout: false, stderr: false }).unref();
}

/** `answered` is to be called at each sign of life. */
export function watchSilence(ping: () => void): { answered(): void } {
  let heard = Date.now();
  let last = Date.now();
  setInterval(() => {
    const now = Date.now();
    // The main thread was busy: signs of life may wait in the queue. Ask again before judging.
    if (now - last > limits.pingMs * 2) heard = now;
    last = now;
    if (now - heard > limits.silentMs) endGroup();
    ping();
  }, limits.pingMs).unref();
  return {
    answered: () => {
      heard = Date.now();
    },
  };
}
