/** Makes the folder of a job, and reads how it ended. */
import { join } from "node:path";
import type { MadeOutput } from "@/engines/job/event";
import { type JobFolder, jobFolder } from "@/engines/job/folder";
import type { JobFile } from "@/engines/job/job-file";
import { folderInside } from "@/engines/job/made-files";
import { writeJob } from "@/engines/job/read-job";
import type { Outcome } from "@/engines/job/watch-job";
import { Failure } from "@/graph/problems";
import type { PythonJob } from "@/graph/runner";
import type { JobSpec } from "./messages";

export type FolderParts = {
  params: Record<string, unknown>;
  inputs: NonNullable<PythonJob["inputs"]>;
  outputs: NonNullable<PythonJob["outputs"]>;
  load: { step: number; dir: string } | null;
  recipe: string | null;
  dirs: { dataDirs: readonly string[]; modelsDir: string; downloadsDir: string };
};

export function makeJobFolder(
  dir: string,
  job: Omit<JobSpec, "inputs">,
  parts: FolderParts,
): Promise<JobFolder> {
  const { params, outputs, load, recipe } = parts;
  const { modelsDir, downloadsDir } = parts.dirs;
  const at = jobFolder(dir);
  const {
    nodeRunId,
    attempt,
    kind,
    codeVersion,
    threads,
    gpus,
    seedRng,
    limits,
    trustedPaths,
    checkpointKey,
  } = job;
  const file: JobFile = {
    schema: 1,
    nodeRunId,
    attempt,
    kind,
    codeVersion,
    params,
    threads,
    gpus,
    placement: job.placement ?? null,
    seedRng,
    inputs: inputsOf(parts.inputs),
    outputs: Object.fromEntries(
      Object.entries(outputs).map(([port, { type, dir }]) => [port, { type, dir }]),
    ),
    checkpoint: { ...(load ? { load } : {}), save: at.checkpoints },
    checkpointKey,
    recipe,
    tmp: at.tmp,
    dataDirs: [...parts.dirs.dataDirs],
    trustedPaths,
    modelsDir,
    downloadsDir,
    limits,
  };
  return writeJob(dir, file);
}

/** Where outputs of a whole node lie in its folder. */
export const outputIn = (dir: string, port: string) => join(jobFolder(dir).outputs, port);

/**
 * A job may put a link in place of a folder that it was given: nothing is taken from where that leads.
 * @throws Failure `job-folder-outside`
 */
export async function checkOutputFolders(dir: string, ports: readonly string[]): Promise<void> {
  for (const port of ports) await folderInside(dir, join("outputs", port));
}

function inputsOf(inputs: FolderParts["inputs"]): JobFile["inputs"] {
  const entries = Object.entries(inputs).flatMap(([port, given]): [string, JobFile["inputs"][string]][] => {
    if (!given) return [];
    if ("digest" in given && typeof given.digest === "string") {
      const { type, facts, digest, dir } = given as {
        type: never;
        facts: object;
        digest: string;
        dir: string;
      };
      return [[port, { type, facts: { ...facts }, digest, dir }]];
    }
    const slots = Object.entries(
      given as Record<string, { type: never; facts: object; digest: string; dir: string }>,
    );
    return [
      [
        port,
        slots.map(([slot, { type, facts, digest, dir }]) => ({
          slot,
          type,
          facts: { ...facts },
          digest,
          dir,
        })),
      ],
    ];
  });
  return Object.fromEntries(entries);
}

/**
 * The outputs of a job that is done, each of those that were asked for and no other.
 * @throws Failure as the job failed, `output-missing`, `output-unknown`
 */
export function outputsOf(
  outcome: Exclude<Outcome, { end: "silent" }>,
  ports: readonly string[],
): ReadonlyMap<string, MadeOutput> {
  if (outcome.end === "error") {
    const { code, reason, values, detail } = outcome;
    // Its own traceback, in place of where this process heard of it.
    const cause = detail ? Object.assign(new Error(reason), { stack: detail }) : undefined;
    throw new Failure(code, reason, values, cause ? { cause } : {});
  }
  for (const port of ports)
    if (!outcome.outputs.has(port)) throw new Failure("INTERNAL", "output-missing", { port });
  for (const port of outcome.outputs.keys())
    if (!ports.includes(port)) throw new Failure("INTERNAL", "output-unknown", { port });
  return outcome.outputs;
}
