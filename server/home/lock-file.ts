/** A lock that the kernel holds for this process on an open file: it is gone with the process, however that ends. */
import { closeSync, openSync } from "node:fs";

/** flock(2): the same numbers on Linux and macOS. */
const EXCLUSIVE_AT_ONCE = 2 | 4;
const NO_LOCKS = new Set(["ENOSYS", "ENOTSUP", "EOPNOTSUPP", "ENOLCK", "EINVAL"]);

/** `taken`: another process has it. `unsupported`: the file system cannot lock. */
export type Lock =
  | { state: "held"; fd: number; release(): void }
  | { state: "taken" }
  | { state: "unsupported" };

/** @throws errors of opening the file, as of a folder that cannot be written */
export async function lockFile(path: string): Promise<Lock> {
  const { default: koffi } = await import("koffi");
  const flock = koffi.load(null).func("flock", "int", ["int", "int"]);
  const fd = openSync(path, "a+", 0o644);
  if (flock(fd, EXCLUSIVE_AT_ONCE) === 0) return { state: "held", fd, release: () => closeSync(fd) };
  const code = Object.entries(koffi.os.errno).find(([, number]) => number === koffi.errno())?.[0] ?? "";
  closeSync(fd);
  return NO_LOCKS.has(code) ? { state: "unsupported" } : { state: "taken" };
}
