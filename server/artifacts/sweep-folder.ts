/** Temporary names that their writers left behind. What a job on this machine still writes is its worker's to know. */
import { createHash } from "node:crypto";
import { lstat, readdir, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { isAlive } from "../is-alive";
import * as limits from "./limits";

/** Part of the names of job folders: on a shared disk, process ids of another machine say nothing here. */
export const machineMark = createHash("sha256").update(hostname()).digest("hex").slice(0, 8);
const JOB = /^job-([0-9a-f]{8})-(\d+)-/;
/** A half-made or replaced folder of an artifact, and single files on their way. */
const TEMPORARY = /^(manifest|copy|fetch)-|^[0-9a-f]{64}\.(old-)?[0-9a-f]{8}$/;

export type Found = { name: string; modified: Date; alive(pid: number): boolean; mark: string };

/** Decides by name and age alone. A job folder goes with its process, or, of another machine, by a long age. */
export function isLeftOver({ name, modified, alive, mark }: Found, before: Date): boolean {
  const job = JOB.exec(name);
  if (!job) return TEMPORARY.test(name) && modified < before;
  if (job[1] === mark) return !alive(Number(job[2]));
  return modified.getTime() < before.getTime() - limits.foreignJobMs;
}

export async function sweepFolder(dir: string, before: Date): Promise<number> {
  let swept = 0;
  for (const name of await readdir(dir).catch(() => [])) {
    const found = await lstat(join(dir, name)).catch(() => undefined);
    if (!found || !isLeftOver({ name, modified: found.mtime, alive: isAlive, mark: machineMark }, before))
      continue;
    await rm(join(dir, name), { recursive: true, force: true });
    swept++;
  }
  return swept;
}
