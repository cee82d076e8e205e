import { once } from "node:events";
import { appendFile, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { testJob } from "./_testing/job-folder";
import { type Answers, AskReader } from "./answer-asks";
import { asker } from "./ask-telar";
import type { Read } from "./event-reader";
import type { JobFolder } from "./folder";
import { jobFolder } from "./folder";
import type { JobFile } from "./job-file";
import { findPython, isNewEnough, startPython } from "./python";
import { askToStop } from "./stop-job";
import { watchJob } from "./watch-job";

const made: string[] = [];
afterEach(() => Promise.all(made.splice(0).map((dir) => rm(dir, { recursive: true, force: true }))));

async function newJob(over: Partial<JobFile> = {}) {
  const job = await testJob(over);
  made.push(job.folder.dir);
  return job;
}

/** Keeps checkpoints where the job wrote them. */
function memory() {
  const kept: { step: number; dir: string }[] = [];
  const answers: Answers = {
    stage: async () => null,
    stageMade: async (_name, _key, { dir }) => dir,
    checkpoint: async () => kept.at(-1) ?? null,
    checkpointMade: async (step, { dir }) => void kept.push({ step, dir }),
    secret: async (name) => `${name}-ñ🧵`.repeat(40),
  };
  return { kept, answers };
}

async function start(folder: JobFolder, params: unknown, answers: Answers) {
  const python = (await findPython())!;
  const trainerDir = join(import.meta.dirname, "../../trainer");
  const child = startPython({
    python: python.path,
    trainerDir,
    module: "telar_jobs.echo",
    folder,
    threads: 1,
  });
  const heard: Read[] = [];
  const exited = once(child, "exit");
  const outcome = watchJob(folder, { params, answers, exited, heard: (read) => void heard.push(read) });
  return { child, heard, outcome, exited };
}

const terse = (reads: readonly Read[]) =>
  reads.map((read) => ("step" in read ? `${read.t} ${read.step}` : read.t));

test("a Python job is followed from its first event to its last, and its secret crosses the folder sealed", async () => {
  const params = { text: "hola", steps: 2, secret: { secret: "HUB" } };
  const { folder } = await newJob({ params });
  const { answers } = memory();
  const { heard, outcome } = await start(folder, params, answers);
  expect(await outcome).toMatchObject({ end: "done" });
  expect(terse(heard)).toEqual([
    "log",
    "log",
    "metric 1",
    "checkpoint 1",
    "progress",
    "metric 2",
    "checkpoint 2",
    "progress",
    "sample",
    "artifact",
  ]);
  expect(heard[1]).toMatchObject({
    code: "echo-secret",
    values: { name: "HUB", characters: "HUB-ñ🧵".length * 40 - 40 },
  });
  expect(await readFile(join(folder.outputs, "data/lines.ndjson"), "utf8")).toBe('"1 hola"\n"2 hola"\n');
});

test("killed, stopped by file and by signal: each goes on from its checkpoint and ends with the same files", async () => {
  const params = { text: "a", steps: 6, seconds: 0.15 };
  const whole = await newJob({ params });
  const wanted = await (await start(whole.folder, params, memory().answers)).outcome;
  const ways: [string, (job: Awaited<ReturnType<typeof start>>, folder: JobFolder) => void, string][] = [
    ["killed", ({ child }) => void child.kill("SIGKILL"), "silent"],
    ["file", (_job, folder) => askToStop(folder), "error"],
    ["signal", ({ child }) => void child.kill("SIGTERM"), "error"],
  ];
  for (const [name, stop, end] of ways) {
    const { kept, answers } = memory();
    const first = await newJob({ params });
    const running = await start(first.folder, params, answers);
    while (kept.length < 2) await sleep(10);
    stop(running, first.folder);
    expect(await running.outcome, name).toMatchObject({ end });
    await running.exited;
    const load = kept.at(-1)!;
    const save = jobFolder(first.folder.dir).checkpoints;
    const second = await newJob({ params, checkpoint: { load, save: join(save, "again") } });
    const again = await start({ ...second.folder, checkpoints: join(save, "again") }, params, answers);
    const ended = await again.outcome;
    expect(ended.end === "done" && ended.outputs, name).toEqual(wanted.end === "done" && wanted.outputs);
    expect(terse(again.heard).filter((one) => one.startsWith("metric"))[0], name).toBe(
      `metric ${load.step + 1}`,
    );
  }
});

test("a done that contradicts what was sealed before is an error, and events after the last one are not read", async () => {
  const { folder } = await newJob();
  const files = [{ path: "a", size: 1, sha256: "0".repeat(64) }];
  const lines = [
    { n: 1, t: "artifact", port: "data", facts: {}, files },
    { n: 2, t: "done", outputs: { data: { facts: { rows: 1 }, files } }, peakBytes: 0 },
    { n: 3, t: "progress", done: 1, unit: "rows" },
  ];
  await appendFile(folder.events, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  const heard: Read[] = [];
  const { answers } = memory();
  const never = new Promise(() => {});
  const outcome = await watchJob(folder, {
    params: {},
    answers,
    exited: never,
    heard: (read) => void heard.push(read),
  });
  expect(outcome).toMatchObject({ end: "error", reason: "job-output-differs", values: { port: "data" } });
  expect(terse(heard)).toEqual(["artifact"]);
});

test("a question waits for its answer, and a refusal is thrown where it was asked", async () => {
  const { folder } = await newJob();
  const ask = asker(folder, new AbortController().signal);
  const { answers } = memory();
  const reader = new AskReader(folder, {}, answers);
  const timer = setInterval(() => void reader.look(), 10);
  expect(await ask({ ask: "checkpoints" })).toEqual({ answer: "checkpoint", found: null });
  await expect(ask({ ask: "secret", name: "X", publicKey: "" })).rejects.toMatchObject({
    reason: "secret-not-named",
  });
  clearInterval(timer);
});

test("Python is new enough from 3.11 on", () => {
  expect(["3.10.9", "3.11.0", "3.9", "2.7.18", "3.20.1", "4.0"].map(isNewEnough)).toEqual([
    false,
    true,
    false,
    false,
    true,
    true,
  ]);
});
