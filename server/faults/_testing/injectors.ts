/** What can go wrong, each as `act` and what undoes it. A fault that needs what this machine lacks says so. */
import { execFileSync, spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { chooseAccount } from "@/server/database/account";
import { prepareSocketFolder } from "@/server/database/socket-folder";
import { chaosLimits } from "./chaos-limits";
import { faked, findFaketime, setClock } from "./faketime";
import { childrenOf, eventually, isRunning, signal } from "./processes";
import type { ChaosSystem, Part } from "./system";

export type Injector = {
  /** Among the draws: rare where it takes long. */
  weight: number;
  /** Why it cannot be injected on this machine. */
  missing?: string | undefined;
  act(system: ChaosSystem, random: () => number): Promise<void | (() => Promise<void> | void)>;
};

const killPart =
  (name: Part): Injector["act"] =>
  async (system) =>
    signal(await system.part(name), "SIGKILL");

const faketime = findFaketime();
const noFaketime = faketime ? undefined : "libfaketime";
const noPrlimit = existsSync("/usr/bin/prlimit") ? undefined : "prlimit";

export const injectors = {
  "worker killed": { weight: 6, act: killPart("worker") },
  "job host killed": {
    weight: 6,
    async act(system, random) {
      const hosts = system.hosts(await system.part("worker"));
      signal(hosts[Math.floor(random() * hosts.length)], "SIGKILL");
    },
  },
  "job host stopped": {
    weight: 3,
    // Nobody wakes it: it must be found.
    async act(system, random) {
      const hosts = system.hosts(await system.part("worker"));
      signal(hosts[Math.floor(random() * hosts.length)], "SIGSTOP");
    },
  },
  "gateway killed": { weight: 3, act: killPart("gateway") },
  "web server killed": { weight: 3, act: killPart("web") },
  "database killed": {
    weight: 5,
    async act(system) {
      signal(system.databasePid(), "SIGKILL");
    },
  },
  "supervisor killed": {
    weight: 3,
    async act(system) {
      const pid = system.supervisorPid();
      const children = childrenOf(pid).filter((child) => child !== system.databasePid());
      signal(pid, "SIGKILL");
      await eventually("the end of the supervisor's children", () => !children.some(isRunning), 20_000);
      // Taken over where it still runs; it ends by itself when nobody uses it.
      await system.startSupervisor();
    },
  },
  "worker frozen past its lease": {
    weight: 3,
    async act(system) {
      const worker = await system.part("worker");
      signal(worker, "SIGSTOP");
      await sleep(chaosLimits.leaseMs + 1_000);
      return () => signal(worker, "SIGCONT");
    },
  },
  "worker frozen while another works": {
    weight: 2,
    async act(system) {
      const worker = await system.part("worker");
      const other = await system.otherWorker();
      signal(worker, "SIGSTOP");
      await sleep(chaosLimits.leaseMs + 1_000);
      signal(worker, "SIGCONT");
      return () => signal(other.pid, "SIGTERM");
    },
  },
  "second worker killed": {
    weight: 3,
    async act(system, random) {
      const other = await system.otherWorker();
      await sleep(random() * 300);
      signal(other.pid, "SIGKILL");
    },
  },
  "database gone for 20 s": {
    weight: 0.4,
    async act(system) {
      // Frozen, the supervisor does not start it again.
      const supervisor = system.supervisorPid();
      signal(supervisor, "SIGSTOP");
      signal(system.databasePid(), "SIGKILL");
      await sleep(20_000);
      return () => signal(supervisor, "SIGCONT");
    },
  },
  "disk full": {
    weight: 2,
    missing: noPrlimit,
    async act(system) {
      const worker = await system.part("worker");
      const pids = [worker, ...system.hosts(worker)];
      // Only the soft limit: it can be raised again. Diaries are smaller than this, artifacts larger.
      for (const pid of pids) limitFiles(pid, "4096");
      await sleep(700);
      return () => {
        for (const pid of new Set([...pids, ...system.hosts(worker)])) limitFiles(pid, "unlimited");
      };
    },
  },
  "worker's clock set": {
    weight: 2,
    missing: noFaketime,
    async act(system, random) {
      const file = join(system.home, "worker-clock");
      setClock(file, 0);
      const other = await system.otherWorker(faked(faketime!, file));
      await sleep(random() * 300);
      setClock(file, random() < 0.5 ? 7_200 : -7_200);
      await sleep(1_000);
      setClock(file, 0);
      return () => signal(other.pid, "SIGTERM");
    },
  },
  "database's clock set": {
    weight: 1,
    missing: noFaketime ?? (existsSync("/proc/self/cmdline") ? undefined : "/proc"),
    /** Forward while the run is on; back again when the supervisor starts the database anew. */
    async act(system) {
      const supervisor = system.supervisorPid();
      const pid = system.databasePid()!;
      const [program, ...args] = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").slice(0, -1);
      const file = join(system.home, "database-clock");
      setClock(file, 3_600);
      signal(supervisor, "SIGSTOP");
      signal(pid, "SIGKILL");
      await eventually("the end of the database", () => !isRunning(pid), 10_000);
      const account = chooseAccount(system.databaseDir, dirname(program!));
      // Its frozen parent has not buried the old server: to the new one its locks look held.
      rmSync(join(system.databaseDir, "postmaster.pid"), { force: true });
      prepareSocketFolder(account);
      const wrapped = account.wrap(program!, args);
      spawn(...wrapped, {
        ...account.ids,
        cwd: "/",
        env: { PATH: process.env.PATH ?? "", LC_ALL: "C", TZ: "UTC", ...faked(faketime!, file) } as never,
        stdio: "ignore",
        detached: true,
      }).unref();
      await eventually("the database with another clock", () => system.pool.query("SELECT 1"), 30_000);
      signal(supervisor, "SIGCONT");
      await sleep(1_500);
      return () => signal(system.databasePid(), "SIGKILL");
    },
  },
} satisfies Record<string, Injector>;

export type FaultName = keyof typeof injectors;

function limitFiles(pid: number, bytes: string): void {
  try {
    execFileSync("prlimit", ["--pid", String(pid), `--fsize=${bytes}:`], { stdio: "ignore" });
  } catch {}
}
