/** Before anything starts: whether this home can be written, and is this account's. */
import { mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { diskFull, isDiskFull } from "@/engines/disk-full";
import { Failure } from "@/graph/problems";

/** Longer than what PostgreSQL or a runner writes at once. */
const PROBE = Buffer.alloc(64 * 1024);

/** @throws Failure `home-not-writable`, `home-of-another`, `disk-full` */
export function checkHome(home: string, user = process.getuid?.()): void {
  const probe = join(home, `.probe-${process.pid}`);
  try {
    makeFolder(home);
    writeFileSync(probe, PROBE);
  } catch (error) {
    if (isDiskFull(error)) throw diskFull(home, error);
    const { code = "" } = error as NodeJS.ErrnoException;
    throw new Failure("UNAVAILABLE", "home-not-writable", { home, code }, { cause: error });
  } finally {
    try {
      rmSync(probe, { force: true });
    } catch {
      // What cannot be entered holds no probe; why was said above.
    }
  }
  const owner = statSync(join(home, "database"), { throwIfNoEntry: false })?.uid;
  // PostgreSQL works on its own account's folder alone; root starts it under another account.
  if (user && owner !== undefined && owner !== user)
    throw new Failure("UNAVAILABLE", "home-of-another", { home, owner, user });
}

/** Step by step: asked for all at once, Node tries for ever where a file system makes no folders, as /proc. */
function makeFolder(dir: string): void {
  if (statSync(dir, { throwIfNoEntry: false })?.isDirectory()) return;
  if (dirname(dir) !== dir) makeFolder(dirname(dir));
  try {
    mkdirSync(dir);
  } catch (error) {
    // Another process was first.
    if (!statSync(dir, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}
