/** Runs the job of one folder by its kind's `run.ts`: no channel, no database, no store. */
import { existsSync } from "node:fs";
import type { MadeOutput } from "@/engines/job/event";
import { EventWriter } from "@/engines/job/event-writer";
import type { JobFolder } from "@/engines/job/folder";
import type { JobFile } from "@/engines/job/job-file";
import { listMade } from "@/engines/job/made-files";
import { readJob } from "@/engines/job/read-job";
import { Failure } from "@/graph/problems";
import type { InputArtifact } from "@/graph/runner";
import { checkPlacement } from "./check-placement";
import { makeContext } from "./context";
import { fileAnswers, fileSpeech } from "./file-answers";
import type { OpenInputs } from "./job-artifacts";
import * as limits from "./limits";
import type { JobHostDeps } from "./serve-jobs";
import { describeError } from "./thrown";

/** Of a process that ended because it was asked to: as a shell tells of SIGTERM. */
const STOPPED = 143;

/** @returns the exit code: 0 done, 1 failed, 143 stopped */
export async function runFolderJob(dir: string, trainerDir: string, deps: JobHostDeps): Promise<number> {
  const { job, folder } = await readJob(dir);
  const events = new EventWriter(folder.events);
  const controller = stopRequests(folder);
  const peakBytes = () => process.resourceUsage().maxRSS * 1024;
  try {
    const outputs = await runKind(job, folder, events, controller.signal, trainerDir, deps);
    controller.signal.throwIfAborted();
    events.write({ t: "done", outputs, peakBytes: peakBytes() });
    return 0;
  } catch (error) {
    const stopped = controller.signal.aborted;
    const { failure, detail } = stopped
      ? { failure: { code: "INTERNAL" as const, reason: "stopped", values: {} }, detail: "" }
      : describeError(error, folder.dir);
    events.write({ t: "error", ...failure, detail, peakBytes: peakBytes() });
    return stopped ? STOPPED : 1;
  }
}

async function runKind(
  job: JobFile,
  folder: JobFolder,
  events: EventWriter,
  signal: AbortSignal,
  trainerDir: string,
  { catalogue, loadRunner }: JobHostDeps,
): Promise<Record<string, MadeOutput>> {
  const definition = catalogue[job.kind];
  if (!definition) throw new Failure("INTERNAL", "kind-unknown", { kind: job.kind });
  await checkPlacement(job.placement);
  const { dataDirs, modelsDir, downloadsDir } = job;
  const ctx = makeContext(definition, {
    job,
    answers: fileAnswers(folder, events, signal),
    recipe: async () => job.recipe ?? undefined,
    speech: fileSpeech(events),
    signal,
    dir: job.checkpoint.save,
    dirs: { dataDirs, modelsDir, downloadsDir },
    trainerDir,
    held: () => {},
    outputDir: async (port) => folderOf(job.outputs[port]),
    tmp: job.tmp,
  });
  const runner = await loadRunner(job.kind);
  const sealed = await runner({ inputs: inputsOf(job), params: job.params, ctx });
  const outputs: [string, MadeOutput][] = [];
  for (const port of Object.keys(job.outputs)) {
    const output = sealed[port];
    if (!output) throw new Failure("INTERNAL", "output-missing", { port });
    const { type: _, ...facts } = output.type;
    const made = { facts: JSON.parse(JSON.stringify(facts)), files: await listMade(output.dir) };
    events.write({ t: "artifact", port, ...made });
    outputs.push([port, made]);
  }
  return Object.fromEntries(outputs);
}

function inputsOf(job: JobFile): OpenInputs {
  const open = ({
    type,
    facts,
    digest,
    ...place
  }: Omit<InputArtifact, "dir"> & { dir?: string | undefined }) =>
    ({ type, facts, digest, dir: folderOf(place) }) as InputArtifact;
  const entries = Object.entries(job.inputs).map(([port, given]) => [
    port,
    Array.isArray(given)
      ? Object.fromEntries(given.map(({ slot, ...one }) => [slot, open(one as never)]))
      : open(given as never),
  ]);
  return Object.fromEntries(entries) as OpenInputs;
}

function folderOf(place: { dir?: string | undefined; uri?: string | undefined } | undefined): string {
  if (!place?.dir)
    throw new Error(`${place?.uri ?? "an output"} must be fetched first: only folders are read here`);
  return place.dir;
}

/** By SIGTERM, or by the file `stop`, which works from afar too. */
function stopRequests({ stop }: JobFolder): AbortController {
  const controller = new AbortController();
  process.on("SIGTERM", () => controller.abort());
  const look = setInterval(() => existsSync(stop) && controller.abort(), limits.stopLookMs);
  look.unref();
  return controller;
}
