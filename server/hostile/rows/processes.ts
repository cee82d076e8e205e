/** Starts, homes, ports, limits and the end of single processes. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { treeOf } from "@/cli/_testing/tree";
import { freePort } from "@/server/_testing/free-port";
import type { HostileRow } from "../row";
import type { CommandResult, HostileSystem } from "../system";

const TELAR = resolve(import.meta.dirname, "../../../scripts/telar.mjs");

/** `telar up` as somebody else starts it, to its end. */
function up(
  system: HostileSystem,
  env: Record<string, string>,
  { args = [], before = "" }: { args?: string[]; before?: string } = {},
): Promise<CommandResult> {
  const child = spawn("sh", ["-c", `${before} exec "$@"`, "sh", process.execPath, TELAR, "up", ...args], {
    cwd: system.dir,
    env: {
      ...process.env,
      TELAR_PORT: String(system.port),
      TELAR_GATEWAY_PORT: String(system.gatewayPort),
      TELAR_HOME: system.home,
      DATABASE_URL: "",
      FORCE_COLOR: "0",
      ...env,
    },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let text = "";
  child.stderr.on("data", (chunk) => {
    text += chunk;
  });
  return new Promise((done) =>
    child.once("close", (exit) =>
      done({
        exit,
        says: text
          .replaceAll(system.dir, "DIR")
          .replaceAll(String(system.pid), "PID")
          .replaceAll(String(system.port), "PORT")
          .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "TIME")
          .trim(),
      }),
    ),
  );
}
const other = (system: HostileSystem, name: string) => join(system.dir, name);

/** Kills a part; answers whether another one plays it and everything answers again. */
const killed = (part: string): HostileRow => ({
  what: `the ${part} killed`,
  async send(system) {
    const find = () => treeOf(system.home).find((row) => row.name === part)?.pid;
    const before = find();
    if (!before) return "not there";
    process.kill(before, "SIGKILL");
    for (let i = 0; i < 300; i++) {
      await sleep(100);
      const now = find();
      if (!now || now === before) continue;
      const alive = await system.alive().catch(() => undefined);
      if (alive?.web === 200 && alive.gateway === 200) return alive;
    }
    return "does not come back";
  },
  answer: { web: 200, gateway: 200, supervisor: true },
});

const TAKEN = "Telar already runs on DIR/home: process PID, since TIME, at http://127.0.0.1:PORT.";

export const rows: readonly HostileRow[] = [
  {
    what: "a second start on the same home",
    send: (system) => up(system, {}),
    answer: { exit: 0, says: `${TAKEN} The link signs you in once.` },
  },
  {
    what: "a second start on the same home by another name of it",
    send: (system) => up(system, { TELAR_HOME: `${system.home}/../home/` }),
    answer: { exit: 0, says: `${TAKEN} The link signs you in once.` },
  },
  {
    what: "a second start on the same home at another port",
    send: async (system) => up(system, { TELAR_PORT: String(await freePort()) }),
    answer: {
      exit: 2,
      says: `${TAKEN} Stop it first, or give this one a home of its own with TELAR_HOME.`,
    },
  },
  {
    what: "another home at the same port",
    send: (system) => up(system, { TELAR_HOME: other(system, "other-home") }),
    answer: {
      exit: 2,
      says: "Port PORT of the web app is taken by another program. Stop that one, or choose a port with --port N or TELAR_PORT.",
    },
  },
  {
    what: "five starts on the same home at once",
    async send(system) {
      const all = await Promise.all(Array.from({ length: 5 }, () => up(system, {})));
      return all.map(({ exit }) => exit);
    },
    answer: [0, 0, 0, 0, 0],
    long: true,
  },
  {
    what: "a home that is a file",
    async send(system) {
      await system.write("a-file", "not a folder");
      return up(system, { TELAR_HOME: other(system, "a-file") });
    },
    answer: {
      exit: 3,
      says: "The folder DIR/a-file cannot be written (EEXIST). Make it writable for this account, or choose another folder with TELAR_HOME.",
    },
  },
  {
    what: "a home below a file",
    async send(system) {
      await system.write("another-file", "not a folder");
      return up(system, { TELAR_HOME: other(system, "another-file/home") });
    },
    answer: {
      exit: 3,
      says: "The folder DIR/another-file/home cannot be written (ENOTDIR). Make it writable for this account, or choose another folder with TELAR_HOME.",
    },
  },
  {
    what: "a home where nothing can be made",
    send: (system) => up(system, { TELAR_HOME: "/proc/telar-home" }),
    answer: {
      exit: 3,
      says: "The folder /proc/telar-home cannot be written (ENOENT). Make it writable for this account, or choose another folder with TELAR_HOME.",
    },
  },
  {
    what: "a home in which files may not grow",
    async send(system) {
      await mkdir(other(system, "small"), { recursive: true });
      return up(system, { TELAR_HOME: other(system, "small") }, { before: "ulimit -f 16;" });
    },
    answer: {
      exit: 3,
      says: "A file in DIR/small may not grow further: the system limits the size of files for this account. Raise that limit (`ulimit -f`), start Telar anew and run again.",
    },
  },
  {
    what: "a start at a port that is none",
    send: (system) => up(system, { TELAR_HOME: other(system, "port") }, { args: ["--port", "99999"] }),
    answer: { exit: 2, says: "TELAR_PORT is “99999”, which does not fit. Give it as in TELAR_PORT=3000" },
  },
  {
    what: "a start for all addresses without one that people open",
    send: (system) => up(system, { TELAR_HOST: "0.0.0.0" }),
    answer: {
      exit: 2,
      says: "TELAR_HOST is “0.0.0.0”, which others can reach: say under which address, as in TELAR_PUBLIC_URL=https://telar.example.org",
    },
  },
  ...["0s", "ten minutes", "-1h", "1e9d", ""].map(
    (deadline): HostileRow => ({
      what: `a deadline of ${JSON.stringify(deadline)}`,
      async send(system) {
        const file = await system.graph(`deadline-${deadline.replaceAll(/\W/g, "_")}.json`, []);
        return system.says("plan", file, `--deadline=${deadline}`);
      },
      answer: { exit: 2, says: "--deadline takes a time, as in --deadline 90s, 30m, 12h or 2d." },
    }),
  ),
  killed("worker"),
  killed("gateway"),
  killed("web"),
  { ...killed("postgres"), long: true },
  {
    what: "a job host that looks for keys in its environment",
    async send(system) {
      const found = treeOf(system.home)
        .filter(({ name }) => name === "job host")
        .map(({ pid }) => readFileSync(`/proc/${pid}/environ`, "latin1"));
      const kept = ["DATABASE_URL", "TELAR_SECRET_KEY", "TELAR_RAY_TOKEN", "TELAR_HOME"];
      return {
        looked: found.length > 0,
        found: kept.filter((name) => found.some((text) => text.includes(`${name}=`))),
      };
    },
    answer: { looked: true, found: [] },
  },
];
