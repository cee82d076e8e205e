/** Reads and writes `job.json`. */
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { type JobFolder, jobFolder } from "./folder";
import { type JobFile, jobFile } from "./job-file";

/** @throws ZodError naming each key that is missing, wrong or unknown to this version */
export async function readJob(dir: string): Promise<{ job: JobFile; folder: JobFolder }> {
  const folder = jobFolder(dir);
  return { job: jobFile.parse(JSON.parse(await readFile(folder.job, "utf8"))), folder };
}

/** Makes the folders that the job names, then `job.json`, whole. What is written is held against the schema first. */
export async function writeJob(dir: string, job: JobFile): Promise<JobFolder> {
  const folder = jobFolder(dir);
  const text = JSON.stringify(jobFile.parse(job), null, 2);
  const outputs = Object.values(job.outputs).flatMap((output) => output.dir ?? []);
  for (const path of [
    dirname(folder.job),
    folder.asks,
    folder.answers,
    job.checkpoint.save,
    job.tmp,
    ...outputs,
  ])
    await mkdir(path, { recursive: true });
  await writeFile(`${folder.job}.part`, text);
  await rename(`${folder.job}.part`, folder.job);
  return folder;
}
