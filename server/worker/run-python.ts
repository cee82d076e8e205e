/** Python from a job host: a job folder in the host's scratch, a child process on it, its events passed on. */
import { once } from "node:events";
import { open, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Answers, scoped } from "@/engines/job/answer-asks";
import type { MadeOutput } from "@/engines/job/event";
import { firstDifference, folderInside, listMade } from "@/engines/job/made-files";
import { findPython, OLDEST_PYTHON, startPython } from "@/engines/job/python";
import { askToStop } from "@/engines/job/stop-job";
import { watchJob } from "@/engines/job/watch-job";
import type { AnyNode } from "@/graph/define-node";
import type { PortType } from "@/graph/ports";
import { Failure } from "@/graph/problems";
import type { Context, PythonJob, SealedOutput } from "@/graph/runner";
import { exitFailure } from "./executors/local/exit-failure";
import type { OpenInputs, Produced } from "./job-artifacts";
import { checkOutputFolders, makeJobFolder, outputIn, outputsOf } from "./job-folder";
import * as limits from "./limits";
import { outOfMemoryKills } from "./machine";
import type { JobSpec } from "./messages";
import { type Speech, speakEvent } from "./speech";

export type PythonHost = {
  job: Omit<JobSpec, "inputs">;
  answers: Answers;
  recipe: Context["recipe"];
  speech: Speech;
  signal: AbortSignal;
  /** Job folders go below. */
  dir: string;
  dirs: Pick<Context, "dataDirs" | "modelsDir" | "downloadsDir">;
  trainerDir: string;
  /** How much memory the process has held. */
  held(bytes: number): void;
};

const MODULE = /^telar_jobs(\.[a-z_][a-z0-9_]*)+$/;

/** A node whose runtime is Python: all of it is one job. */
export async function runNodeInPython(
  definition: AnyNode,
  module: string,
  inputs: OpenInputs,
  host: PythonHost,
): Promise<Produced> {
  const dir = join(host.dir, "python");
  const ports = Object.entries(definition.outputs).map(
    ([port, { type }]) => [port, { type, dir: outputIn(dir, port) }] as const,
  );
  const step = { params: host.job.params, inputs, outputs: Object.fromEntries(ports) };
  const found = await runInFolder(dir, module, step, host);
  await checkOutputFolders(
    dir,
    ports.map(([port]) => port),
  );
  const sealed = ports.map(([port, { type, dir }]): [string, SealedOutput] => [
    port,
    { type: { ...found.get(port)!.facts, type } as PortType, dir },
  ]);
  const made = new Map([...found].map(([port, { files }]) => [port, files]));
  return { outputs: Object.fromEntries(sealed), made };
}

/** One step of a runner: `ctx.runPython`. */
export async function runPythonStep(
  module: string,
  step: PythonJob,
  host: PythonHost,
): Promise<Record<string, Record<string, unknown>>> {
  const dir = join(host.dir, module.replaceAll(".", "-"));
  // Checkpoints of its own: the node may keep some too.
  const found = await runInFolder(dir, module, step, { ...host, answers: scoped(host.answers, module) });
  for (const [port, { files }] of found) {
    const { dir: output } = step.outputs![port]!;
    await folderInside(dirname(output), basename(output));
    const differs = firstDifference(files, await listMade(output));
    if (differs !== undefined) throw new Failure("INTERNAL", "job-file-differs", { path: differs });
  }
  await rm(dir, { recursive: true, force: true });
  return Object.fromEntries([...found].map(([port, { facts }]) => [port, facts]));
}

async function runInFolder(
  dir: string,
  module: string,
  { params, inputs = {}, outputs = {} }: PythonJob,
  { job, answers, recipe, speech, signal, dirs, trainerDir, held }: PythonHost,
): Promise<ReadonlyMap<string, MadeOutput>> {
  if (!MODULE.test(module)) throw new Error(`${module} is no module of telar_jobs.`);
  const python = await findPython();
  if (!python) throw new Failure("UNAVAILABLE", "python-missing", { oldest: OLDEST_PYTHON });
  const folder = await makeJobFolder(dir, job, {
    params,
    inputs,
    outputs,
    load: await answers.checkpoint(),
    recipe: (await recipe()) ?? null,
    dirs,
  });
  signal.throwIfAborted();
  const killsBefore = outOfMemoryKills();
  const child = startPython({ python: python.path, trainerDir, module, folder, threads: job.threads });
  const exited = once(child, "exit");
  const stop = () => {
    askToStop(folder);
    child.kill("SIGTERM");
  };
  signal.addEventListener("abort", stop, { once: true });
  try {
    const outcome = await watchJob(folder, {
      params,
      answers,
      exited,
      heard: (read) => speakEvent(speech, read),
    });
    signal.throwIfAborted();
    if (outcome.end !== "silent") {
      held(outcome.peakBytes);
      return outputsOf(outcome, Object.keys(outputs));
    }
    const [code, by] = (await exited) as [number | null, string | null];
    const tail = await readTail(folder.output);
    const failure = exitFailure({ signal: by, code, tail }, outOfMemoryKills() > killsBefore, 0);
    const cause = Object.assign(new Error(tail), { stack: tail });
    throw new Failure(failure.code, failure.reason, failure.values, { cause });
  } finally {
    signal.removeEventListener("abort", stop);
    // Its last event was its last act: what does not end by itself is ended.
    await Promise.race([exited.catch(() => {}), sleep(limits.abortMs)]);
    child.kill("SIGKILL");
  }
}

/** The end of what a process printed, without reading gigabytes. */
async function readTail(path: string): Promise<string> {
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    const length = Math.min(size, limits.tailChars);
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.toString("utf8");
  } finally {
    await file.close();
  }
}
