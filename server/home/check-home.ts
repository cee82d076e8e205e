/** Before anything starts: whether this home can be written, and is this account's. */
import { mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "@/graph/problems";
import { diskFull, isDiskFull } from "../artifacts/disk-errors";

/** Longer than what PostgreSQL or a runner writes at once. */
const PROBE = Buffer.alloc(64 * 1024);

/** @throws Failure `home-not-writable`, `home-of-another`, `disk-full` */
export function checkHome(home: string): void {
  const probe = join(home, `.probe-${process.pid}`);
  try {
    mkdirSync(home, { recursive: true });
    writeFileSync(probe, PROBE);
  } catch (error) {
    if (isDiskFull(error)) throw diskFull(home, error);
    const { code = "" } = error as NodeJS.ErrnoException;
    throw new Failure("UNAVAILABLE", "home-not-writable", { home, code }, { cause: error });
  } finally {
    rmSync(probe, { force: true });
  }
  const user = process.getuid?.();
  const owner = statSync(join(home, "database"), { throwIfNoEntry: false })?.uid;
  // PostgreSQL works on its own account's folder alone; root starts it under another account.
  if (user && owner !== undefined && owner !== user)
    throw new Failure("UNAVAILABLE", "home-of-another", { home, owner, user });
}
