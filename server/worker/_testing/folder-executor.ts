/** A second executor, trivial on purpose: a process on a job folder, with no channel. It proves the seam that `local` stands behind. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { MadeFile } from "@/engines/job/event";
import type { JobFolder } from "@/engines/job/folder";
import { findPython, startPython } from "@/engines/job/python";
import { askToStop } from "@/engines/job/stop-job";
import { watchJob } from "@/engines/job/watch-job";
import type { Catalogue } from "@/graph/define-node";
import type { PortType } from "@/graph/ports";
import { runtimeOf } from "@/graph/runtime";
import type { BlobStore } from "@/server/artifacts/store";
import type { Ending, Executor, JobEvents, RunningJob, StopReason } from "../executors/executor";
import { exitFailure } from "../executors/local/exit-failure";
import { openInputs, storeOutputs, typesOf } from "../job-artifacts";
import { checkOutputFolders, makeJobFolder, outputIn, outputsOf } from "../job-folder";
import type { ReadyJob } from "../job-inputs";
import { storeAnswers } from "../kept-folders";
import type { Machine } from "../machine";
import { createSpeech, speakEvent } from "../speech";
import { describeError } from "../thrown";

export type FolderOptions = {
  store: BlobStore;
  catalogue: Catalogue;
  machine: Machine;
  dataDirs: string[];
  /** Job folders lie below. */
  root: string;
  trainerDir: string;
  /** Program that runs the folder of a Node job. */
  host: string;
  /** Which of the two ways to stop is used. */
  stopBy: "file" | "signal";
};

export function createFolderExecutor(
  options: FolderOptions,
): Executor & { pids: number[]; folders: string[] } {
  const running = new Set<FolderJob>();
  const pids: number[] = [];
  const folders: string[] = [];
  return {
    name: "folder",
    pids,
    folders,
    capacity: () => options.machine,
    start(ready, events) {
      const job = new FolderJob(ready, events, options, (child, folder) => {
        pids.push(child.pid!);
        folders.push(folder.dir);
      });
      running.add(job);
      void job.ended.then(() => running.delete(job));
      return job;
    },
    async close() {
      for (const job of running) job.stop("shutdown", 0);
      await Promise.all([...running].map(({ ended }) => ended));
    },
  };
}

class FolderJob implements RunningJob {
  readonly ended: Promise<Ending>;
  private stopping: StopReason | undefined;
  private begun: { child: ChildProcess; folder: JobFolder } | undefined;

  constructor(
    private readonly ready: ReadyJob,
    private readonly events: JobEvents,
    private readonly options: FolderOptions,
    private readonly started: (child: ChildProcess, folder: JobFolder) => void,
  ) {
    this.ended = this.run().catch((error): Ending => {
      if (this.stopping) return { end: "gone", why: this.stopping };
      return { end: "failed", ...describeError(error) };
    });
  }

  get externalId(): string | undefined {
    return this.begun && `process ${this.begun.child.pid}`;
  }

  stop(reason: StopReason, graceMs: number): void {
    if (this.stopping) return;
    this.stopping = reason;
    if (!this.begun) return;
    const { child, folder } = this.begun;
    if (this.options.stopBy === "file") askToStop(folder);
    else child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), graceMs);
    void this.ended.then(() => clearTimeout(timer));
  }

  private async run(): Promise<Ending> {
    const { job } = this.ready;
    const { store, catalogue, root, dataDirs } = this.options;
    const definition = catalogue[job.kind]!;
    const answers = storeAnswers(job, { store, ask: this.events.answer });
    const inputs = await openInputs(job, definition, store);
    const dir = join(root, `${job.nodeRunId}-${job.attempt}`);
    const ports = Object.entries(definition.outputs).map(
      ([port, { type }]) => [port, { type, dir: outputIn(dir, port) }] as const,
    );
    const folder = await makeJobFolder(dir, job, {
      params: job.params,
      inputs,
      outputs: Object.fromEntries(ports),
      load: await answers.checkpoint(),
      recipe: await this.events.answer("recipe", { nodeRunId: job.nodeRunId }),
      dirs: { dataDirs: [...job.dataDirs, ...dataDirs], modelsDir: root, downloadsDir: root },
    });
    if (!this.events.mayBegin()) return { end: "gone", why: "lost" };
    if (this.stopping) return { end: "gone", why: this.stopping };
    const runtime = runtimeOf(definition, job.params, typesOf(definition, inputs));
    const child = await this.spawn(folder, runtime.in === "python" ? runtime.module : undefined);
    const exited = once(child, "exit");
    this.begun = { child, folder };
    this.started(child, folder);
    const speech = createSpeech(this.events.event);
    const outcome = await watchJob(folder, {
      params: job.params,
      answers,
      exited,
      heard: (read) => speakEvent(speech, read),
    });
    if (outcome.end !== "done") {
      const [code, signal] = (await exited) as [number | null, string | null];
      if (this.stopping) return { end: "gone", why: this.stopping };
      if (outcome.end === "silent") {
        const tail = readFileSync(folder.output, "utf8").slice(-4_000);
        return { end: "failed", failure: exitFailure({ code, signal, tail }, false, 0), detail: tail };
      }
    }
    child.kill("SIGKILL");
    if (outcome.end === "done") this.events.memory(outcome.peakBytes);
    const found = outputsOf(
      outcome as Exclude<typeof outcome, { end: "silent" }>,
      ports.map(([port]) => port),
    );
    await checkOutputFolders(
      dir,
      ports.map(([port]) => port),
    );
    const made = new Map<string, readonly MadeFile[]>([...found].map(([port, { files }]) => [port, files]));
    const outputs = Object.fromEntries(
      ports.map(([port, { type, dir }]) => [
        port,
        { type: { ...found.get(port)!.facts, type } as PortType, dir },
      ]),
    );
    return {
      end: "done",
      outputs: await storeOutputs({ outputs, made }, { job, definition, inputs, store }),
    };
  }

  /** Nothing of this process' environment but where programs lie: no key, no address of a database. */
  private async spawn(folder: JobFolder, module: string | undefined): Promise<ChildProcess> {
    const { trainerDir, host } = this.options;
    if (module) {
      const { path } = (await findPython())!;
      return startPython({ python: path, trainerDir, module, folder, threads: this.ready.job.threads });
    }
    const output = openSync(folder.output, "a");
    try {
      return spawn(process.execPath, [host, folder.dir, trainerDir], {
        env: { PATH: process.env.PATH } as unknown as NodeJS.ProcessEnv,
        stdio: ["ignore", output, output],
      });
    } finally {
      closeSync(output);
    }
  }
}
