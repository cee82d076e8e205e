/** Runs of 30 nodes, each with faults injected at random moments; then everything is checked. The seed draws all of it. */
import { setTimeout as sleep } from "node:timers/promises";
import type { RunStatus } from "@/graph/run-view";
import { cancelRun } from "@/server/runs/cancel/cancel-run";
import { launchRun } from "@/server/runs/start/launch-run";
import { graph } from "@/server/worker/_testing/test-bench";
import { type FaultName, type Injector, injectors } from "./injectors";
import { brokenInRun, brokenInStore, diarySizes, grown } from "./invariants";
import { eventually } from "./processes";
import { type ChaosSystem, startChaosSystem } from "./system";

export type Figures = {
  injected: number;
  survived: number;
  lost: string[];
  cancelled: number;
  byFault: Partial<Record<FaultName, number>>;
  /** Fault → what this machine lacks for it. */
  leftOut: Partial<Record<FaultName, string>>;
  seconds: number;
};

/** For whoever looks into one fault. */
const only = process.env.TELAR_FAULT_ONLY;
const NODES = 30;
/** A run that has not ended by then is lost. */
const PATIENCE_MS = 60_000;

type Options = { seed: number; injections: number /** Faults that one run has to bear. */; perRun: number };
/** A run and what was done to it. */
type Trial = { id: string; faults: string[]; began: number };

export async function campaign({ seed, injections, perRun }: Options): Promise<Figures> {
  const began = performance.now();
  const table = Object.entries(injectors) as [FaultName, Injector][];
  const able = table.filter(([name, { missing }]) => !missing && (!only || name.includes(only)));
  const figures: Figures = {
    injected: 0,
    survived: 0,
    lost: [],
    cancelled: 0,
    byFault: {},
    leftOut: Object.fromEntries(table.flatMap(([name, { missing }]) => (missing ? [[name, missing]] : []))),
    seconds: 0,
  };
  const system = await startChaosSystem();
  const judge = createJudge(system, figures);
  let trial: Trial | undefined;
  try {
    for (let round = 0; round < injections && !judge.hopeless(); round++) {
      // A generator for each round: what one draws does not depend on how long another took.
      const random = mulberry32(seed + round * 7919);
      if (trial && (trial.faults.length >= perRun || (await judge.isOver(trial)))) {
        await judge.settle(trial);
        trial = undefined;
      }
      trial ??= { id: await start(system, round, random), faults: [], began: performance.now() };
      // Every fault once, then by weight.
      const [name, injector] = able[round] ?? draw(able, random);
      trial.faults.push(`${round}. ${name}`);
      figures.injected++;
      figures.byFault[name] = (figures.byFault[name] ?? 0) + 1;
      await sleep(random() * 500);
      await judge.during(trial, async () => {
        const undo = await injector.act(system, random);
        try {
          if (random() < 0.2 / perRun) await cancel(system, trial!.id);
        } finally {
          await undo?.();
        }
      });
    }
    if (trial) await judge.settle(trial);
    if (figures.lost.length) console.log(await system.log("worker"));
  } finally {
    await system.close();
  }
  figures.seconds = Math.round((performance.now() - began) / 1000);
  return figures;
}

/** Says what became of each run and the faults it bore. */
function createJudge(system: ChaosSystem, figures: Figures) {
  let hopeless = false;
  let artifact = "";
  let cancelled = new Map<string, number>();
  const broken: string[] = [];

  return {
    /** A run that hangs would only spoil those after it. */
    hopeless: () => hopeless,
    isOver: async ({ id }: Trial) =>
      (await eventually("the database", async () => [await statusOf(system, id)], PATIENCE_MS))[0] !==
      undefined,
    async during({ id }: Trial, work: () => Promise<void>): Promise<void> {
      try {
        await work();
        // What must hold must hold at any moment, not only at the end.
        broken.push(...(await eventually("the database", () => brokenInRun(system, id), PATIENCE_MS)));
      } catch (error) {
        broken.push(String(error));
      }
    },
    async settle({ id, faults, began }: Trial): Promise<void> {
      let status: RunStatus | undefined;
      try {
        status = await eventually("the end of the run", () => statusOf(system, id), PATIENCE_MS);
        const wasCancelled = await wasAsked(system, id);
        if (status !== "SUCCEEDED" && !(wasCancelled && status === "CANCELLED"))
          broken.push(`the run ended as ${status}: ${await failuresOf(system, id)}`);
        broken.push(...(await brokenInRun(system, id)), ...(await grown(system, cancelled)));
        const store = await brokenInStore(system, artifact);
        broken.push(...store.broken);
        artifact = store.newest;
        cancelled = await diarySizes(system, id);
        await eventually("an answer of gateway and web", () => system.answers(), PATIENCE_MS);
      } catch (error) {
        broken.push(String(error));
      }
      hopeless = status === undefined;
      if (status === "CANCELLED") figures.cancelled++;
      const what = faults.join(", ");
      const found = broken.splice(0);
      if (found.length) figures.lost.push(`${what}: ${found.join("; ")}`);
      else figures.survived += faults.length;
      const seconds = ((performance.now() - began) / 1000).toFixed(1);
      console.log(`${what}: ${status}, ${seconds} s${found.length ? ` BROKEN: ${found.join("; ")}` : ""}`);
    },
  };
}

const cancel = (system: ChaosSystem, runId: string) =>
  eventually("the cancel", async () => [await cancelRun(system.engine, system.teamId, runId)], PATIENCE_MS);

const NO_FILES = { dataDirs: [], modelsDir: "", downloadsDir: "" };

async function start(system: ChaosSystem, round: number, random: () => number): Promise<string> {
  const nodes: Parameters<typeof graph>[0] = {};
  const wires: string[] = [];
  for (let i = 0; i < NODES; i++) {
    const deaf = random() < 0.1;
    nodes[`n${i}`] = ["busy", { tag: `${round}.n${i}`, ms: 20 + Math.round(random() * 60), deaf }];
    const parents = new Set(i ? [1, 2].map(() => Math.max(0, i - 1 - Math.floor(random() * 6))) : []);
    for (const parent of parents) wires.push(`n${parent}.data > n${i}.data[n${parent}]`);
  }
  const started = await launchRun(system.engine, NO_FILES, {
    teamId: system.teamId,
    graph: { path: "/graphs/faults.telar.json" },
    file: graph(nodes, ...wires),
    trigger: "cli",
  });
  if (!started.ok) throw new Error(JSON.stringify(started.problems));
  return started.runId;
}

async function statusOf({ pool }: ChaosSystem, runId: string): Promise<RunStatus | undefined> {
  const { rows } = await pool.query<{ status: RunStatus }>(
    'SELECT status FROM "Run" WHERE id = $1 AND "finishedAt" IS NOT NULL',
    [runId],
  );
  return rows[0]?.status;
}

async function wasAsked({ pool }: ChaosSystem, runId: string): Promise<boolean> {
  const { rowCount } = await pool.query(
    'SELECT 1 FROM "Run" WHERE id = $1 AND "cancelRequestedAt" IS NOT NULL',
    [runId],
  );
  return Boolean(rowCount);
}

async function failuresOf({ pool }: ChaosSystem, runId: string): Promise<string> {
  const { rows } = await pool.query(
    `SELECT n."nodeId", a.number, a."failureCode", a."failureReason", a.detail FROM "Attempt" a
     JOIN "NodeRun" n ON n.id = a."nodeRunId"
     WHERE n."runId" = $1 AND n.status = 'FAILED' ORDER BY n.position, a.number`,
    [runId],
  );
  return JSON.stringify(rows);
}

function draw(table: [FaultName, Injector][], random: () => number): [FaultName, Injector] {
  let left = random() * table.reduce((sum, [, { weight }]) => sum + weight, 0);
  for (const entry of table) {
    left -= entry[1].weight;
    if (left < 0) return entry;
  }
  return table[0]!;
}

/** Tommy Ettinger's mulberry32: 32 bits of state, good enough to draw faults. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function sentence(
  { injected, survived, lost, cancelled, byFault, leftOut, seconds }: Figures,
  seed: number,
): string {
  const lines = [
    `Faults injected ${injected}, survived ${survived}, lost ${lost.length} (seed ${seed}, ${seconds} s, ${cancelled} runs cancelled)`,
    ...Object.entries(byFault).map(([name, count]) => `  ${count} × ${name}`),
    ...Object.entries(leftOut).map(([name, what]) => `  left out: ${name}, this machine has no ${what}`),
  ];
  return lines.join("\n");
}
