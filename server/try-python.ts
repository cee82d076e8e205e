/** Whether jobs in Python work here: shown by running one, `telar_jobs.echo`, from its folder to its output. */
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Answers } from "@/engines/job/answer-asks";
import { jobFolder } from "@/engines/job/folder";
import { findPython, OLDEST_PYTHON, type Python, startPython } from "@/engines/job/python";
import { writeJob } from "@/engines/job/read-job";
import { watchJob } from "@/engines/job/watch-job";

export { OLDEST_PYTHON };

export type PythonTrial =
  | { ok: true; python: Python; seconds: number }
  | { ok: false; python: Python | undefined; why: string };

/** An interpreter takes a tenth of a second to start; one on a cold disk, some. */
const LIMIT_MS = 20_000;

export async function tryPython(trainerDir: string): Promise<PythonTrial> {
  const python = await findPython();
  if (!python) return { ok: false, python, why: `no Python ${OLDEST_PYTHON} or newer` };
  const dir = await mkdtemp(join(tmpdir(), "telar-python-"));
  const began = performance.now();
  try {
    const why = await runEcho(python, trainerDir, dir);
    const seconds = (performance.now() - began) / 1000;
    return why === undefined ? { ok: true, python, seconds } : { ok: false, python, why };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** Undefined when what came back is what was given. */
async function runEcho(python: Python, trainerDir: string, dir: string): Promise<string | undefined> {
  const at = jobFolder(dir);
  const params = { text: "telar" };
  const output = join(at.outputs, "data");
  const folder = await writeJob(dir, {
    schema: 1,
    nodeRunId: "doctor",
    attempt: 1,
    kind: "echo",
    codeVersion: 1,
    params,
    threads: 1,
    gpus: { count: 0 },
    placement: null,
    seedRng: 0,
    inputs: {},
    outputs: { data: { type: "dataset", dir: output } },
    checkpoint: { save: at.checkpoints },
    checkpointKey: "doctor",
    recipe: null,
    tmp: at.tmp,
    dataDirs: [],
    trustedPaths: [],
    modelsDir: dir,
    downloadsDir: dir,
    limits: { memoryBytes: 0, deadline: null },
  });
  const child = startPython({
    python: python.path,
    trainerDir,
    module: "telar_jobs.echo",
    folder,
    threads: 1,
  });
  const exited = once(child, "exit");
  const late = setTimeout(() => child.kill("SIGKILL"), LIMIT_MS);
  try {
    const outcome = await watchJob(folder, { params, answers: nothingKept, exited, heard: () => {} });
    if (outcome.end === "error")
      return `${outcome.reason} ${outcome.detail.trim().split("\n").at(-1) ?? ""}`.trim();
    const printed = (await readFile(folder.output, "utf8")).trim().split("\n").at(-1);
    if (outcome.end === "silent") return printed || "it ended without a word";
    const echoed = await readFile(join(output, "lines.ndjson"), "utf8");
    return echoed === '"1 telar"\n' ? undefined : "what came back is not what was given";
  } finally {
    clearTimeout(late);
    await Promise.race([exited.catch(() => {}), sleep(1_000)]);
    child.kill("SIGKILL");
  }
}

const nothingKept: Answers = {
  stage: async () => null,
  stageMade: async (_name, _key, { dir }) => dir,
  checkpoint: async () => null,
  checkpointMade: async () => {},
  secret: async () => "",
};
