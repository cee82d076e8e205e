/** PostgreSQL refuses to run as root: which account its processes get, and where they may then write. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { dirname, join } from "node:path";

/** `nobody` on Linux. */
const NOBODY = 65534;

export type Account = {
  /** The data folder; another than asked for when the account cannot enter that one. */
  dir: string;
  /** What to put before the program and its arguments. */
  wrap: (program: string, args: string[]) => [string, string[]];
  /** For `spawn`. */
  ids: { uid?: number; gid?: number };
  /** Owner the folders must have; undefined when they are ours anyway. */
  owner: number | undefined;
};

export function chooseAccount(dir: string, programDir: string): Account {
  const plain: Account = { dir, wrap: (program, args) => [program, args], ids: {}, owner: undefined };
  if (process.getuid?.() !== 0) return plain;
  const asNobody = { ...plain, ids: { uid: NOBODY, gid: NOBODY }, owner: NOBODY };
  if (canEnter(dirname(dir)) && canEnter(programDir)) return asNobody;
  // In a user namespace the server sees another uid than 0 while the kernel still lets it into root's folders.
  const flags = ["--user", "--map-user=1000", "--map-group=1000"];
  if (spawnSync("unshare", [...flags, "true"]).status === 0)
    return { ...plain, wrap: (program, args) => ["unshare", [...flags, program, ...args]] };
  if (!canEnter(programDir))
    throw new Error(
      `PostgreSQL cannot run as root, and no other account may enter ${programDir}. Run Telar as an ordinary user, or set DATABASE_URL to a PostgreSQL of yours.`,
    );
  const name = createHash("sha256").update(dir).digest("hex").slice(0, 12);
  return { ...asNobody, dir: join("/var/tmp", `telar-${name}`, "database") };
}

/** Whether anyone may enter the folder and those above it. A folder that is not there yet will be made enterable. */
function canEnter(dir: string): boolean {
  for (let at = dir; ; at = dirname(at)) {
    const stat = statSync(at, { throwIfNoEntry: false });
    if (stat && !(stat.mode & 0o001) && !(stat.uid === NOBODY && stat.mode & 0o100)) return false;
    if (dirname(at) === at) return true;
  }
}
