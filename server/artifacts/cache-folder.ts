/**
 * Keeps the folder beside a bucket within its size: what was used longest ago goes first.
 * `uses/0/<sha256>` says by its age when a blob was last used, `uses/<pid>/<sha256>` that a living process may still read it.
 */
import { mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isAlive } from "../is-alive";
import * as limits from "./limits";

export type Cached = { sha256: string; size: number; usedAt: number; inUse: boolean };

/** What to drop so that the rest fits. What somebody reads now or has just read stays, even when it alone is too much. */
export function chooseEvicted(all: readonly Cached[], maxBytes: number, now: number): string[] {
  let total = all.reduce((sum, { size }) => sum + size, 0);
  const evicted: string[] = [];
  for (const { sha256, size, usedAt, inUse } of [...all].sort((a, b) => a.usedAt - b.usedAt)) {
    if (total <= maxBytes) break;
    if (inUse || now - usedAt < limits.freshMs) continue;
    evicted.push(sha256);
    total -= size;
  }
  return evicted;
}

const PAST = "0";
const list = (dir: string) => {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
};

/** `pins`: this process may read what it asked for until `release`, however long that takes. */
export function cacheOf(dir: string, { maxBytes, pins }: { maxBytes: number; pins: boolean }) {
  const mark = join(dir, "uses", pins ? String(process.pid) : PAST);
  let unmeasured = Number.POSITIVE_INFINITY;
  return {
    use(sha256s: readonly string[]): void {
      mkdirSync(mark, { recursive: true });
      for (const sha256 of sha256s) writeFileSync(join(mark, sha256), "");
    },
    release(): void {
      if (pins) retire(dir, String(process.pid));
    },
    added(bytes: number): void {
      unmeasured += bytes;
      if (unmeasured < maxBytes * limits.trimShare) return;
      unmeasured = 0;
      trimCache(dir, maxBytes);
    },
  };
}

/** Its marks are no longer of a reader, and still say when. */
function retire(dir: string, pid: string): void {
  mkdirSync(join(dir, "uses", PAST), { recursive: true });
  for (const sha256 of list(join(dir, "uses", pid))) {
    try {
      renameSync(join(dir, "uses", pid, sha256), join(dir, "uses", PAST, sha256));
    } catch {
      // Another process trims at the same time.
    }
  }
  rmSync(join(dir, "uses", pid), { recursive: true, force: true });
}

export function trimCache(dir: string, maxBytes: number, now = Date.now()): string[] {
  const uses = join(dir, "uses");
  for (const pid of list(uses)) if (pid !== PAST && !isAlive(Number(pid))) retire(dir, pid);
  const read = new Set(list(uses).flatMap((pid) => (pid === PAST ? [] : list(join(uses, pid)))));
  const cached: Cached[] = [];
  for (const folder of list(join(dir, "sha256"))) {
    for (const sha256 of list(join(dir, "sha256", folder))) {
      const found = statSync(join(dir, "sha256", folder, sha256), { throwIfNoEntry: false });
      const marked = statSync(join(uses, PAST, sha256), { throwIfNoEntry: false });
      if (!found) continue;
      const usedAt = Math.max(found.mtimeMs, marked?.mtimeMs ?? 0);
      cached.push({ sha256, size: found.size, usedAt, inUse: read.has(sha256) });
    }
  }
  const evicted = chooseEvicted(cached, maxBytes, now);
  for (const sha256 of evicted) {
    rmSync(join(dir, "sha256", sha256.slice(0, 2), sha256), { force: true });
    rmSync(join(uses, PAST, sha256), { force: true });
  }
  // A folder of an artifact holds its files by further names: it goes when one of them has no other name left.
  for (const view of evicted.length ? list(join(dir, "open")) : []) {
    const files = readdirSync(join(dir, "open", view), { recursive: true, withFileTypes: true });
    const alone = files.some(
      (file) => file.isFile() && statSync(join(file.parentPath, file.name)).nlink === 1,
    );
    if (alone) rmSync(join(dir, "open", view), { recursive: true, force: true });
  }
  return evicted;
}
