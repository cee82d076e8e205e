/**
 * A command ends when what launched it is gone: npm and the shell that it starts, or the program that started Telar itself.
 * Plain JavaScript without dependencies: it works before `npm ci`.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { at } from "./project.mjs";

const LOOK_MS = 500;
/** Where each look starts a program (there is no /proc). */
const LOOK_BY_PS_MS = 2_000;
/** After this a command that was asked to end is ended. */
const LAST_MS = 10_000;
const SHELL = /^-?(sh|ash|dash|bash|zsh|ksh|fish)$/;

/** For children of set-up, which may run for minutes: each ends when its own parent is gone. */
export const endWithParentEnv = () => ({
  NODE_OPTIONS:
    `${process.env.NODE_OPTIONS ?? ""} --import=${pathToFileURL(at("scripts/lib/end-with-parent.mjs")).href}`.trim(),
});

/**
 * Sends this process SIGTERM once when its launcher is gone. A terminal's own shell is no launcher: it says so by SIGHUP, or
 * was asked to leave the command running (`nohup`, `disown`).
 */
export function endWithLauncher() {
  const links = launchedBy(process.pid, process.ppid, process.env.npm_lifecycle_event !== undefined);
  if (!links.length) return;
  const ms = lookAt(process.pid)?.byPs ? LOOK_BY_PS_MS : LOOK_MS;
  const timer = setInterval(() => {
    if (links.every(({ pid, parent }) => parentOf(pid) === parent)) return;
    clearInterval(timer);
    setTimeout(() => process.exit(143), LAST_MS).unref();
    process.kill(process.pid, "SIGTERM");
  }, ms);
  timer.unref();
}

const parentOf = (pid) => (pid === process.pid ? process.ppid : lookAt(pid)?.parent);

/**
 * Who must stay whose child. Under npm its shell is watched too: npm may be killed alone.
 * @param {(pid: number) => { parent: number, name: string, leadsTerminal: boolean } | undefined} look
 * @returns {{ pid: number, parent: number }[]}
 */
export function launchedBy(pid, parent, byNpm, look = lookAt) {
  const found = parent > 1 ? look(parent) : undefined;
  if (!found) return [];
  const links = [{ pid, parent }];
  if (byNpm && SHELL.test(found.name)) links.push({ pid: parent, parent: found.parent });
  return !byNpm && found.leadsTerminal ? [] : links;
}

/** Undefined for a process that is gone. */
function lookAt(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const end = stat.lastIndexOf(")");
    const [, parent, , session, terminal] = stat.slice(end + 2).split(" ");
    const name = stat.slice(stat.indexOf("(") + 1, end);
    return { parent: Number(parent), name, leadsTerminal: Number(session) === pid && terminal !== "0" };
  } catch {
    if (process.platform === "linux") return undefined;
  }
  try {
    const args = ["-p", String(pid), "-o", "ppid=,stat=,tty=,comm="];
    const row = execFileSync("ps", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    const [parent, state = "", terminal = "", ...name] = row.trim().split(/\s+/);
    const leadsTerminal = state.includes("s") && !terminal.startsWith("?");
    return { parent: Number(parent), name: name.join(" ").replace(/.*\//, ""), leadsTerminal, byPs: true };
  } catch {
    return undefined;
  }
}
