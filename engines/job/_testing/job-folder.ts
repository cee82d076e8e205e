/** A job folder for tests. */
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { jobFolder } from "../folder";
import type { JobFile } from "../job-file";
import { writeJob } from "../read-job";

export async function testJob(over: Partial<JobFile> = {}) {
  const dir = await mkdtemp(join(tmpdir(), "telar-job-"));
  const at = jobFolder(dir);
  const job: JobFile = {
    schema: 1,
    nodeRunId: "run-1",
    attempt: 1,
    kind: "echo",
    codeVersion: 1,
    params: {},
    threads: 1,
    gpus: { count: 0 },
    placement: null,
    seedRng: 7,
    inputs: {},
    outputs: { data: { type: "dataset", dir: join(at.outputs, "data") } },
    checkpoint: { save: at.checkpoints },
    checkpointKey: "key-1",
    recipe: null,
    tmp: at.tmp,
    dataDirs: [],
    trustedPaths: [],
    modelsDir: join(dir, "models"),
    downloadsDir: join(dir, "downloads"),
    limits: { memoryBytes: 1e9, deadline: null },
    ...over,
  };
  return { job, folder: await writeJob(dir, job) };
}
