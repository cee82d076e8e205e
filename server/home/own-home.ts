/** One Telar a home. Its supervisor owns the home for as long as it lives; whoever comes second learns who that is. */
import { ftruncateSync, readFileSync, writeSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import type { Env } from "../env";
import { checkHome } from "./check-home";
import { lockFile } from "./lock-file";

const FILE = "owner.lock";

const owner = z.object({
  pid: z.int(),
  since: z.iso.datetime(),
  /** Where people open it, and where this machine reaches it. */
  address: z.string(),
  local: z.string(),
  host: z.string(),
  /** It was asked to end: the home is free in moments. */
  ending: z.boolean(),
});
/** `since` by the clock of the owner, `host` the name of its machine. */
export type Owner = z.output<typeof owner>;

export type Owned =
  | {
      state: "owned";
      /** To be called as soon as it is known: who comes next then waits for the home. */
      ending(): void;
      release(): void;
      /** Nothing keeps a second one out. */
      unguarded: boolean;
    }
  /** `by` is unknown in the moment in which the owner writes who it is. */
  | { state: "taken"; by: Owner | undefined };

/** @throws Failure `home-not-writable`, `home-of-another`, `disk-full` */
export async function ownHome(
  { home }: Pick<Env, "home">,
  addresses: Pick<Owner, "address" | "local">,
): Promise<Owned> {
  checkHome(home);
  const lock = await lockFile(join(home, FILE));
  if (lock.state === "unsupported")
    return { state: "owned", ending: () => {}, release: () => {}, unguarded: true };
  if (lock.state === "taken") return { state: "taken", by: readOwner({ home }) };
  const me = { pid: process.pid, since: new Date().toISOString(), host: hostname(), ...addresses };
  const { fd, release } = lock;
  const write = (ending: boolean) => {
    ftruncateSync(fd);
    writeSync(fd, `${JSON.stringify({ ...me, ending } satisfies Owner)}\n`);
  };
  write(false);
  return { state: "owned", ending: () => write(true), release, unguarded: false };
}

/** Who wrote itself in last; whether it still lives is for the lock to say. */
export function readOwner({ home }: Pick<Env, "home">): Owner | undefined {
  const path = join(home, FILE);
  try {
    return owner.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return undefined;
  }
}
