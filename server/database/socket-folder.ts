/** Where the embedded PostgreSQL listens: the same folder at each start, so that whoever holds its URL finds it again. */
import { createHash } from "node:crypto";
import { chmodSync, chownSync, lstatSync, mkdirSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { rmdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Account } from "./account";
import * as limits from "./limits";
import { isPostgres } from "./postmaster";

/** Short: a socket's path holds about a hundred bytes. The name follows from the data folder and the user alone. */
export function socketFolderOf(dataDir: string): string {
  const name = createHash("sha256")
    .update(`${process.getuid?.() ?? ""}\n${realpathSync(dataDir)}`)
    .digest("hex")
    .slice(0, 16);
  const at = (parent: string) => join(parent, `telar-${name}`);
  const long = Buffer.byteLength(join(at(tmpdir()), `.s.PGSQL.${limits.port}`)) > limits.socketPathBytes;
  return at(long ? "/tmp" : tmpdir());
}

/** Makes the folder for the server's account alone. Anyone may write into the temporary folder: a foreign one of that name is refused. */
export function prepareSocketFolder({ dir, owner }: Account): string {
  const folder = socketFolderOf(dir);
  const wanted = owner ?? process.getuid?.();
  try {
    mkdirSync(folder, { mode: 0o700 });
    if (owner !== undefined) chownSync(folder, owner, owner);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  const found = lstatSync(folder);
  // Between the making and the change of owner another process of ours may look: it belongs to us then.
  const ours = found.isDirectory() && (found.uid === wanted || found.uid === process.getuid?.());
  if (wanted !== undefined && !ours)
    throw new Error(`${folder}, where the database listens, belongs to somebody else. Remove it.`);
  chmodSync(folder, 0o700);
  forgetDeadLock(folder);
  return folder;
}

/** A server that was killed leaves its lock; once its pid is another program's, the next server would take that for alive. */
function forgetDeadLock(folder: string): void {
  const lock = join(folder, `.s.PGSQL.${limits.port}.lock`);
  try {
    const pid = Number(readFileSync(lock, "utf8").split("\n")[0]);
    if (!isPostgres(pid)) rmSync(lock, { force: true });
  } catch {}
}

/** Only when nobody listens there: a server that starts at this moment makes it again. */
export async function leaveSocketFolder(folder: string): Promise<void> {
  await rmdir(folder).catch(() => {});
}
