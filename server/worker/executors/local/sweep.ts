/** Removes what a killed job host was still writing. What killed workers leave is found by the store's own sweep. */
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { machineMark } from "@/server/artifacts/sweep-folder";

export async function sweepJobs(scratch: string, pid: number): Promise<void> {
  const entries = await readdir(scratch).catch(() => []);
  const left = entries.filter((name) => name.startsWith(`job-${machineMark}-${pid}-`));
  await Promise.all(left.map((name) => rm(join(scratch, name), { recursive: true, force: true })));
}
