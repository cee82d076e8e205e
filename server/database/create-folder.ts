/** Creates the data folder of the embedded PostgreSQL. */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chownSync, closeSync, existsSync, mkdirSync, openSync } from "node:fs";
import { readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Account } from "./account";
import { sizeOf, startFailure } from "./start-failure";

/** The folder is made beside its place and renamed into it, so that of two processes one wins and none sees half of it. */
export async function createFolder(
  account: Account,
  user: string,
  initdb: string,
  logFile: string,
): Promise<void> {
  if (existsSync(join(account.dir, "PG_VERSION"))) return;
  const parent = dirname(account.dir);
  mkdirSync(parent, { recursive: true });
  const attempt = join(
    parent,
    `${basename(account.dir)}.new-${process.pid}-${randomBytes(3).toString("hex")}`,
  );
  mkdirSync(attempt, { mode: 0o700 });
  if (account.owner !== undefined) chownSync(attempt, account.owner, account.owner);
  const since = sizeOf(logFile);
  const log = openSync(logFile, "a");
  const [program, args] = account.wrap(initdb, [
    `--pgdata=${attempt}`,
    `--username=${user}`,
    "--auth=trust",
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--locale=C",
    "--no-instructions",
  ]);
  try {
    const child = spawn(program, args, {
      ...account.ids,
      env: serverEnv(),
      cwd: "/",
      stdio: ["ignore", log, log],
    });
    const code = await new Promise<number | null>((done, fail) =>
      child.once("exit", done).once("error", fail),
    );
    if (code !== 0)
      throw startFailure(`Creating the database in ${account.dir} failed.`, account.dir, logFile, since);
    await rename(attempt, account.dir).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
    });
  } finally {
    closeSync(log);
    await rm(attempt, { recursive: true, force: true });
    await sweep(parent, basename(account.dir));
  }
}

/** Folders that a process left when it died while creating one. */
async function sweep(parent: string, name: string): Promise<void> {
  for (const entry of await readdir(parent)) {
    const pid = entry.startsWith(`${name}.new-`) ? Number(entry.split("-").at(-2)) : 0;
    if (pid && pid !== process.pid && !isAlive(pid))
      await rm(join(parent, entry), { recursive: true, force: true });
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

export function serverEnv(): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH ?? "/usr/bin:/bin",
    LC_ALL: "C",
    TZ: "UTC",
    HOME: "/tmp",
    NODE_ENV: "production",
  };
}
