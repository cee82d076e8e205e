/** One process of a checkout at a time. Plain JavaScript without dependencies: it works before `npm ci`. */
import {
  linkSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { at } from "./project.mjs";

const LOOK_MS = 200;
/** The owner touches its lock this often. */
const SIGN_MS = 2_000;
/** A lock of another machine or container, whose processes cannot be seen from here, is dead when nobody touches it for this long. */
const SILENT_MS = 30_000;

/** The others wait. A lock whose owner is gone is taken over, also when its pid has been given to another program since. */
export async function exclusively(name, work) {
  const lock = at(`.telar/locks/${name}.lock`);
  mkdirSync(dirname(lock), { recursive: true });
  const release = await take(lock);
  try {
    return await work();
  } finally {
    release();
  }
}

/** @param {string} lock path of the lock file @returns {Promise<() => void>} what gives it back */
export async function take(lock, { lookMs = LOOK_MS, silentMs = SILENT_MS } = {}) {
  const own = identityOf(process.pid);
  const text = JSON.stringify(own);
  const isDead = watchOwner(lock, own, silentMs);
  for (;;) {
    try {
      writeFileSync(lock, text, { flag: "wx" });
      break;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
      const found = read(lock);
      if (found !== undefined && isDead(found)) remove(lock, found);
      else await new Promise((done) => setTimeout(done, lookMs));
    }
  }
  const sign = setInterval(() => {
    const now = new Date();
    try {
      utimesSync(lock, now, now);
    } catch {}
  }, SIGN_MS);
  sign.unref();
  return () => {
    clearInterval(sign);
    if (read(lock) === text) rmSync(lock, { force: true });
  };
}

/** What tells one process from all others: a pid alone is given out again. */
function identityOf(pid) {
  return { pid, start: startOf(pid), machine: machine() };
}

function machine() {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    return `${boot} ${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    return hostname();
  }
}

/** When a process started, in ticks since boot; "" where the system does not say, undefined when there is no such process. */
function startOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const [state, ...rest] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return state === "Z" ? undefined : rest[18];
  } catch {
    if (process.platform === "linux") return undefined;
  }
  try {
    process.kill(pid, 0);
    return "";
  } catch (error) {
    return error.code === "EPERM" ? "" : undefined;
  }
}

/** Whether the owner that a lock names is gone, as far as can be seen from here. Only changes of the file's time count, so clocks do not matter. */
function watchOwner(lock, own, silentMs) {
  let seen = { text: "", time: Number.NaN, at: 0 };
  const isSilent = (text) => {
    const time = statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (text !== seen.text || time !== seen.time) seen = { text, time, at: performance.now() };
    return performance.now() - seen.at > silentMs;
  };
  return (text) => {
    const owner = parse(text);
    // Half written, or of a version whose locks held a pid alone.
    if (typeof owner === "number") return startOf(owner) === undefined;
    if (!owner) return isSilent(text);
    return owner.machine === own.machine ? startOf(owner.pid) !== owner.start : isSilent(text);
  };
}

function parse(text) {
  try {
    const value = JSON.parse(text);
    return typeof value === "number" || (value && typeof value.pid === "number") ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Of several that see the same dead lock one removes it, and nobody the lock that was taken meanwhile. */
function remove(lock, dead) {
  const aside = `${lock}.${process.pid}`;
  try {
    renameSync(lock, aside);
    if (read(aside) !== dead) linkSync(aside, lock);
  } catch (error) {
    if (error.code !== "ENOENT" && error.code !== "EEXIST") throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

function read(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
