/** Python on this machine: which interpreter runs jobs, and how one is started. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { promisify } from "node:util";
import { childEnv } from "../child-env";
import type { JobFolder } from "./folder";
import * as limits from "./limits";

/** The oldest Python that the package `telar_jobs` runs on. */
export const OLDEST_PYTHON = "3.11";
export type Python = { path: string; version: string };

let found: Promise<Python | undefined> | undefined;

/** TELAR_PYTHON, else `python3`, else `python`: the first that is new enough. Looked for once a process. */
export function findPython(): Promise<Python | undefined> {
  found ??= look([process.env.TELAR_PYTHON, "python3", "python"]);
  return found;
}

async function look(names: readonly (string | undefined)[]): Promise<Python | undefined> {
  const ask = "import sys; print(sys.executable); print('%d.%d.%d' % sys.version_info[:3])";
  for (const name of names) {
    if (!name) continue;
    const answer = promisify(execFile)(name, ["-c", ask], { timeout: limits.findPythonMs });
    const [path, version] = await answer.then(
      ({ stdout }) => stdout.trim().split(/\r?\n/),
      () => [],
    );
    if (path && version && isNewEnough(version)) return { path, version };
  }
  return undefined;
}

export function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [wantedMajor = 0, wantedMinor = 0] = OLDEST_PYTHON.split(".").map(Number);
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}

export type PythonStart = {
  python: string;
  /** Holds the package `telar_jobs`. */
  trainerDir: string;
  /** `telar_jobs.sft` */
  module: string;
  folder: JobFolder;
  threads: number;
};

/** Starts `module` on a job folder. What it prints past its own frame goes to `output.log` there. */
export function startPython({ python, trainerDir, module, folder, threads }: PythonStart): ChildProcess {
  const env = {
    ...childEnv(["machine"]),
    PYTHONPATH: trainerDir,
    // The folder of a job holds what came from outside: nothing in it is a module.
    PYTHONSAFEPATH: "1",
    PYTHONUNBUFFERED: "1",
    PYTHONDONTWRITEBYTECODE: "1",
    PYTHONUTF8: "1",
    OMP_NUM_THREADS: String(threads),
    TMPDIR: folder.tmp,
  };
  const output = openSync(folder.output, "a", 0o600);
  try {
    const args = ["-m", "telar_jobs", module, folder.dir];
    return spawn(python, args, { cwd: folder.tmp, env, stdio: ["ignore", output, output] });
  } finally {
    closeSync(output);
  }
}
