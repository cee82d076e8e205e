/** One child of the supervisor: started again with growing pauses when it ends unasked. */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import * as limits from "./limits";

export type ChildSpec = {
  name: string;
  /** Arguments of `node`. */
  args: string[];
  cwd: string;
  env: Record<string, string>;
  logFile: string;
};

export type KeptChild = {
  name: string;
  readonly pid: number | undefined;
  /** How often it was started again. */
  readonly restarts: number;
  /** Ends it in order and starts it at once, as when its program changed. */
  restart(): void;
  stop(): Promise<void>;
};

/** On a full disk a part starts without its log rather than not at all. */
function openLog(file: string): number | "ignore" {
  try {
    mkdirSync(dirname(file), { recursive: true });
    return openSync(file, "a");
  } catch {
    return "ignore";
  }
}

export function keepAlive(spec: ChildSpec, onRestart: (code: number | null) => void): KeptChild {
  let child: ChildProcess | undefined;
  let stopping = false;
  let restarting = false;
  let restarts = 0;
  let pause = limits.firstPauseMs;
  let timer: NodeJS.Timeout | undefined;

  const start = () => {
    const log = openLog(spec.logFile);
    const since = performance.now();
    // The open stdin is the lifeline: it closes with this process, even on kill -9.
    child = spawn(process.execPath, spec.args, {
      cwd: spec.cwd,
      env: { ...process.env, ...spec.env, TELAR_SUPERVISED: "1" },
      stdio: ["pipe", log, log],
      // A group of its own: Ctrl-C in the terminal reaches the supervisor alone, which stops its children in order.
      detached: true,
    });
    if (typeof log === "number") closeSync(log);
    child.stdin?.on("error", () => {});
    child.once("exit", (code) => {
      child = undefined;
      if (stopping) return;
      if (restarting) {
        restarting = false;
        pause = limits.firstPauseMs;
        return start();
      }
      restarts++;
      pause =
        performance.now() - since > limits.healthyMs
          ? limits.firstPauseMs
          : Math.min(pause * 2, limits.longestPauseMs);
      onRestart(code);
      timer = setTimeout(start, pause);
    });
  };
  start();

  /** Kills what does not end by itself. */
  const end = (running: ChildProcess) => {
    const force = setTimeout(() => running.kill("SIGKILL"), limits.stopMs);
    running.once("exit", () => clearTimeout(force));
    running.kill("SIGTERM");
    running.stdin?.end();
  };

  return {
    name: spec.name,
    get pid() {
      return child?.pid;
    },
    get restarts() {
      return restarts;
    },
    restart: () => {
      // One that is between two starts begins with the new program anyway.
      if (!child || restarting || stopping) return;
      restarting = true;
      end(child);
    },
    stop: () =>
      new Promise((done) => {
        stopping = true;
        clearTimeout(timer);
        const last = child;
        if (!last) return done();
        last.once("exit", () => done());
        end(last);
      }),
  };
}
