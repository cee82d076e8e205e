/** For tests: `npm start` on a home of its own, and all processes that belong to it. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const ROOT = resolve(import.meta.dirname, "../..");

export type Row = { pid: number; parent: number; name: string; command: string };

/** Homes of the workers that were seen: what they started carries their pid, and no longer the home. */
const workers = new Map<number, string>();

/** Processes whose command or environment names the home, and those that its workers started. */
export function treeOf(home: string): Row[] {
  const all = rows();
  const own = all.filter(({ command, environ }) => command.includes(home) || environ.includes(`=${home}\0`));
  for (const { name, pid } of own) if (name === "worker") workers.set(pid, home);
  const started = all.filter((row) => {
    const worker = /\0?TELAR_JOB_HOST=(\d+)-/.exec(row.environ)?.[1];
    return worker !== undefined && workers.get(Number(worker)) === home && !own.includes(row);
  });
  return [...own, ...started].map(({ environ: _, ...row }) => row);
}

/** All that runs, but for this process; what has ended and waits for its parent does not run. */
function rows(): (Row & { environ: string })[] {
  if (!existsSync("/proc/self/stat")) return rowsByPs();
  return readdirSync("/proc").flatMap((name) => {
    const pid = Number(name);
    if (!pid || pid === process.pid) return [];
    try {
      const read = (file: string) => readFileSync(`/proc/${pid}/${file}`, "utf8");
      const stat = read("stat");
      const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      if (state === "Z") return [];
      const command = read("cmdline").replaceAll("\0", " ").trim();
      return [{ pid, parent: Number(parent), name: nameOf(command), command, environ: read("environ") }];
    } catch {
      return [];
    }
  });
}

/** Where there is no /proc, `ps` shows the environment behind the command. */
function rowsByPs(): (Row & { environ: string })[] {
  const text = execFileSync("ps", ["-A", "-E", "-ww", "-o", "pid=,ppid=,stat=,command="], {
    encoding: "utf8",
    maxBuffer: 1e8,
  });
  return text.split("\n").flatMap((line) => {
    const [, pid, parent, state, rest = ""] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    if (!pid || state?.startsWith("Z") || Number(pid) === process.pid) return [];
    const environ = rest.replaceAll(/ (?=\w+=)/g, "\0").concat("\0");
    return [{ pid: Number(pid), parent: Number(parent), name: nameOf(rest), command: rest, environ }];
  });
}

const PARTS: [RegExp, string][] = [
  [/^npm /, "npm"],
  [/^sh -c/, "sh"],
  [/scripts\/(start|dev|telar)\.mjs/, "supervisor"],
  [/postgres -D/, "postgres"],
  [/postgres:/, "postgres session"],
  [/dist\/worker\.js/, "worker"],
  [/dist\/gateway\.js/, "gateway"],
  [/next-server|next\/dist/, "web"],
  [/job-host\.js/, "job host"],
];
const nameOf = (command: string) => PARTS.find(([pattern]) => pattern.test(command))?.[1] ?? command;

export type Started = {
  child: ChildProcess;
  output(): string;
  link: Promise<string>;
  exit: Promise<number | null>;
};

/** As a person does in a terminal that closes with nothing but its processes. */
export function npm(args: string[], home: string, env: Record<string, string>): Started {
  const { DATABASE_URL: _, ...inherited } = process.env;
  const child = spawn("npm", args, {
    cwd: ROOT,
    env: { ...inherited, TELAR_HOME: home, FORCE_COLOR: "0", ...env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let output = "";
  const exit = new Promise<number | null>((done) => child.once("exit", done));
  const link = new Promise<string>((done, fail) => {
    const read = (chunk: Buffer) => {
      output += chunk;
      const found = /http:\/\/\S+token=\S+/.exec(output)?.[0];
      if (found) done(found);
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    child.once("exit", (code) => fail(new Error(`npm ${args.join(" ")} ended with ${code}:\n${output}`)));
  });
  link.catch(() => {});
  return { child, output: () => output, link, exit };
}

/** @throws with what still runs */
export async function untilGone(home: string, ms = 20_000): Promise<void> {
  const deadline = performance.now() + ms;
  for (;;) {
    const left = treeOf(home);
    if (!left.length) return;
    if (performance.now() > deadline)
      throw new Error(
        `After ${ms / 1000} s these still run:\n${left.map((row) => `${row.pid} ${row.name}: ${row.command}`).join("\n")}`,
      );
    await sleep(100);
  }
}

/** The program that ends a process, as the user of the test may. */
export const kill = (pid: number, signal: NodeJS.Signals) =>
  void execFileSync("kill", [`-${signal.replace("SIG", "")}`, String(pid)]);
