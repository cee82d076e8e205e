/** For tests of the engine: a database, a store, workers in this process or of their own, and graphs of stub kinds. */
import { type ChildProcess, fork } from "node:child_process";
import { mkdirSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { arch, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { liveTrainers } from "@/engines/live-trainers";
import type { GraphFile, GraphNode } from "@/graph/document";
import type { RunView } from "@/graph/run-view";
import { program } from "@/server/_testing/programs";
import { createStore } from "@/server/artifacts";
import { testDatabase } from "@/server/database/testing";
import { type ArtifactPlace, env } from "@/server/env";
import type { RunEngine } from "@/server/runs/commit/engine";
import { showRun } from "@/server/runs/show/show-run";
import { type LaunchRun, launchRun } from "@/server/runs/start/launch-run";
import { createListener } from "@/server/runs/watch/listener";
import { createLocalExecutor, type LocalOptions } from "../executors/local";
import type { Machine } from "../machine";
import { type RunningWorker, startWorker, type WorkerOptions } from "../worker";
import { RAN, stubCatalogue } from "./stub-kinds";

type Times = Pick<WorkerOptions, "leaseMs" | "heartbeatMs">;
type Tuned = Times &
  Partial<Pick<LocalOptions, "host" | "machine" | "stall">> & { artifacts?: ArtifactPlace };
export type StubWorkerSettings = { url: string; worker: Times; local: LocalOptions };

/** `bucket` keeps artifacts there instead of in a folder. */
/** Four threads, no GPU, no engine that trains. */
export const testMachine = (over: Partial<Machine> = {}): Machine => ({
  threads: 4,
  memoryBytes: 8e9,
  gpus: [],
  arch: arch(),
  trainers: [],
  ...over,
});

export async function testBench(over: Partial<RunEngine> = {}, bucket?: { bucket: string; prefix: string }) {
  const database = await testDatabase();
  const home = await mkdtemp(join(tmpdir(), "telar-bench-"));
  const dataDir = join(home, "data");
  mkdirSync(dataDir);
  const artifacts: ArtifactPlace = bucket
    ? { kind: "s3", ...bucket, cacheDir: join(home, "artifacts-cache"), cacheBytes: 1e9 }
    : { kind: "local", dir: join(home, "artifacts") };
  const folders = {
    modelsDir: join(home, "models"),
    downloadsDir: join(home, "downloads"),
    dataDirs: [dataDir],
  };
  const store = createStore({ artifacts });
  const listener = createListener(database.url);
  const trainers = await liveTrainers();
  const engine: RunEngine = {
    pool: database.pool,
    store,
    catalogue: stubCatalogue,
    machine: async () => testMachine({ trainers }),
    ...over,
  };
  const team = await database.prisma.team.create({ data: { slug: "test", name: "Test" } });
  const host = { file: program("stub-host"), execArgv: [] as string[] };
  const workers: RunningWorker[] = [];
  const processes: ChildProcess[] = [];
  const localOptions = ({ artifacts: other, leaseMs, ...tuned }: Tuned): LocalOptions => ({
    host: tuned.host ?? host,
    machine: tuned.machine ?? testMachine({ trainers }),
    ...(leaseMs === undefined ? {} : { leaseMs }),
    config: {
      artifacts: other ?? artifacts,
      ...folders,
      trainerDir: join(env().root, "trainer"),
    },
    logsDir: join(home, "logs"),
    ...(tuned.stall ? { stall: tuned.stall } : {}),
  });
  const times = ({ leaseMs, heartbeatMs }: Tuned): Times => ({
    ...(leaseMs === undefined ? {} : { leaseMs }),
    ...(heartbeatMs === undefined ? {} : { heartbeatMs }),
  });

  const bench = {
    ...database,
    home,
    store,
    listener,
    engine,
    folders,
    teamId: team.id,
    hostEntry: host,
    localOptions,
    /** `executor` stands for the local one. */
    async worker({
      log,
      executor,
      readSecret,
      ...tuned
    }: Tuned & Partial<Pick<WorkerOptions, "log" | "executor" | "readSecret">> = {}): Promise<RunningWorker> {
      const worker = await startWorker({
        ...times(tuned),
        executor: executor ?? createLocalExecutor(localOptions(tuned)),
        engine,
        listener,
        ...(log ? { log } : {}),
        ...(readSecret ? { readSecret } : {}),
      });
      workers.push(worker);
      return worker;
    },
    /** `execPath` names another program than node to start it with. */
    async workerProcess(tuned: Tuned = {}, execPath = process.execPath): Promise<ChildProcess> {
      const given: StubWorkerSettings = {
        url: database.url,
        worker: times(tuned),
        local: localOptions(tuned),
      };
      const child = fork(program("stub-worker"), [JSON.stringify(given)], {
        execArgv: [],
        cwd: env().root,
        execPath,
      });
      processes.push(child);
      await new Promise((done, fail) => child.once("message", done).once("exit", fail));
      return child;
    },
    async start(file: GraphFile, more: Partial<LaunchRun> = {}): Promise<string> {
      const started = await launchRun(engine, folders, {
        teamId: team.id,
        graph: { path: `/graphs/${file.name}.telar.json` },
        file,
        trigger: "cli",
        ...more,
      });
      if (!started.ok) throw new Error(JSON.stringify(started.problems));
      return started.runId;
    },
    async show(runId: string): Promise<RunView> {
      return (await showRun(database.pool, team.id, runId))!;
    },
    /** Looks again until `test` holds. */
    async until(runId: string, test: (run: RunView) => boolean, ms = 40_000): Promise<RunView> {
      for (const deadline = Date.now() + ms; ; await sleep(15)) {
        const run = await bench.show(runId);
        if (test(run)) return run;
        if (Date.now() > deadline) throw new Error(`still ${JSON.stringify(run, null, 1)}`);
      }
    },
    finished: (runId: string, ms?: number) => bench.until(runId, (run) => run.finishedAt !== null, ms),
    async run(file: GraphFile, more: Partial<LaunchRun> = {}): Promise<RunView> {
      return bench.finished(await bench.start(file, more));
    },
    /** What the stubs said, in order. */
    async ran(): Promise<string[]> {
      const text = await readFile(join(dataDir, RAN), "utf8").catch(() => "");
      return text.split("\n").filter(Boolean);
    },
    async close(): Promise<void> {
      await Promise.all(workers.map((worker) => worker.stop()));
      for (const child of processes) child.kill("SIGKILL");
      await listener.close();
      await database.close();
      await rm(home, { recursive: true, force: true });
    },
  };
  return bench;
}
export type Bench = Awaited<ReturnType<typeof testBench>>;

type NodeSpec = [kind: string, params?: Record<string, unknown>, more?: Partial<GraphNode>];
/** `graph({ a: ["source"], b: ["step", { tag: "x" }] }, "a.data > b.data")` */
export function graph(nodes: Record<string, NodeSpec>, ...wires: string[]): GraphFile {
  return {
    telar: 1,
    name: "test",
    nodes: Object.entries(nodes).map(([id, [kind, params = {}, more]]) => ({
      id,
      kind,
      version: 1,
      params: params as GraphNode["params"],
      ...more,
    })),
    wires: wires.map((wire) => {
      const [from, to] = wire.split(" > ") as [string, string];
      return { from, to };
    }),
  };
}

export const statuses = (run: RunView) => Object.fromEntries(run.nodes.map(({ id, status }) => [id, status]));
