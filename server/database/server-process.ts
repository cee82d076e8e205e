/** The process of the embedded PostgreSQL: how it is started and stopped. */
import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Account } from "./account";
import { serverEnv } from "./create-folder";
import * as limits from "./limits";
import { isPostgres } from "./postmaster";
import { prepareSocketFolder } from "./socket-folder";

export type ServerProcess = { exited: boolean };

/** In a session of its own: Ctrl-C in a terminal must not stop the server before those who still write to it. */
export function spawnServer(
  account: Account,
  postgres: string,
  logFile: string,
  unsafe: boolean,
): ServerProcess {
  const settings = {
    listen_addresses: "",
    unix_socket_directories: prepareSocketFolder(account),
    max_connections: limits.maxConnections,
    shared_buffers: "64MB",
    jit: "off",
    fsync: unsafe ? "off" : "on",
    full_page_writes: unsafe ? "off" : "on",
    log_min_messages: "warning",
  };
  const [program, args] = account.wrap(postgres, [
    "-D",
    account.dir,
    "-p",
    String(limits.port),
    ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
  ]);
  const log = openSync(logFile, "a");
  const child = spawn(program, args, {
    ...account.ids,
    env: serverEnv(),
    cwd: "/",
    stdio: ["ignore", log, log],
    detached: true,
  });
  closeSync(log);
  child.unref();
  const state = { exited: false };
  const end = () => {
    state.exited = true;
  };
  child.once("exit", end).once("error", end);
  return state;
}

export async function stopServer(pid: number): Promise<void> {
  const signal = (name: NodeJS.Signals) => {
    try {
      process.kill(pid, name);
    } catch {}
  };
  signal("SIGINT");
  for (let waited = 0; isPostgres(pid); waited += limits.pollMs) {
    if (waited > limits.stopMs) signal("SIGQUIT");
    if (waited > limits.stopMs * 2) return;
    await sleep(limits.pollMs);
  }
}
