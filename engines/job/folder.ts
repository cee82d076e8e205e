/** Names inside the folder of a job. */
import { join } from "node:path";

export type JobFolder = {
  dir: string;
  job: string;
  events: string;
  stop: string;
  asks: string;
  answers: string;
  outputs: string;
  checkpoints: string;
  tmp: string;
  /** What the process wrote to stdout and stderr; its end is the detail of a crash. */
  output: string;
};

export const jobFolder = (dir: string): JobFolder => ({
  dir,
  job: join(dir, "job.json"),
  events: join(dir, "events.ndjson"),
  stop: join(dir, "stop"),
  asks: join(dir, "asks"),
  answers: join(dir, "answers"),
  outputs: join(dir, "outputs"),
  checkpoints: join(dir, "checkpoints"),
  tmp: join(dir, "tmp"),
  output: join(dir, "output.log"),
});
