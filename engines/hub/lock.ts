/** One process at a time for one name, across processes, and across machines that share the folder. */
import { randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { LOCK_BEAT_MS, LOCK_POLL_MS, LOCK_STALE_MS } from "./limits";

type Holder = { host: string; pid: number; token: string };

/** Waits until the lock file can be made, works, and removes it. */
export async function withLock<T>(
  path: string,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  const mine: Holder = { host: hostname(), pid: process.pid, token: randomUUID() };
  await mkdir(dirname(path), { recursive: true });
  while (!(await take(path, mine))) {
    await dropStale(path);
    await sleep(LOCK_POLL_MS, undefined, signal ? { signal } : {});
  }
  const beat = setInterval(() => void utimes(path, new Date(), new Date()).catch(() => {}), LOCK_BEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    if ((await holderOf(path))?.token === mine.token) await rm(path, { force: true });
  }
}

async function take(path: string, holder: Holder): Promise<boolean> {
  try {
    await writeFile(path, JSON.stringify(holder), { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

async function dropStale(path: string): Promise<void> {
  const [holder, info] = await Promise.all([holderOf(path), stat(path).catch(() => undefined)]);
  if (!info) return;
  const silent = Date.now() - info.mtimeMs > LOCK_STALE_MS;
  const ended = holder?.host === hostname() && !isAlive(holder.pid);
  if (!silent && !ended) return;
  // A renamed file can be looked at in peace: if another process took the lock meanwhile, it gets it back.
  const aside = `${path}.${randomUUID()}`;
  await rename(path, aside).catch(() => {});
  const found = await holderOf(aside);
  if (found && found.token !== holder?.token) await rename(aside, path).catch(() => {});
  await rm(aside, { force: true });
}

async function holderOf(path: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as Holder;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
