/** Folders of jobs whose process died, removed when a worker starts. */
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { isAlive } from "./registry";

export async function sweepScratch(storeDir: string): Promise<void> {
  const scratch = join(storeDir, "tmp");
  const entries = await readdir(scratch).catch(() => []);
  for (const entry of entries) {
    const pid = Number(/^job-(\d+)-/.exec(entry)?.[1]);
    if (pid && !isAlive(pid)) await rm(join(scratch, entry), { recursive: true, force: true });
  }
}
