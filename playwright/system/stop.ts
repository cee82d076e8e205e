import { rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { readState } from "./state";

/** Asks Telar to stop and waits until it has. */
export default async function stop(): Promise<void> {
  const { pid, home } = readState();
  try {
    process.kill(pid, "SIGTERM");
    for (let i = 0; i < 100; i++) {
      process.kill(pid, 0);
      await sleep(100);
    }
    throw new Error(`Telar (process ${pid}) did not stop within 10 s of SIGTERM`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
  rmSync(home, { recursive: true, force: true });
}
