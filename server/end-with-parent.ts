/** Ends this process when its parent is gone, also while native code blocks its event loop: a thread looks. */
import { Worker } from "node:worker_threads";

const LOOK_MS = 250;

export function endWithParent(): void {
  const code = `
    const parent = process.ppid;
    setInterval(() => {
      if (process.ppid !== parent) process.kill(process.pid, "SIGKILL");
    }, ${LOOK_MS});`;
  new Worker(code, { eval: true, execArgv: [], stdout: false, stderr: false }).unref();
}
