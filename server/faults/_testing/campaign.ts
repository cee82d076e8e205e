/** A run of 30 nodes for each fault, injected at a random moment; then everything is checked. The seed tells all of it. */
import { setTimeout as sleep } from "node:timers/promises";
import type { RunStatus } from "@/graph/run-view";
import { cancelRun } from "@/server/runs/cancel-run";
import { startRun } from "@/server/runs/start-run";
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

export async function campaign(options: { seed: number; injections: number }): Promise<Figures> {
  const began = performance.now();
  const random = mulberry32(options.seed);
  const table = Object.entries(injectors) as [FaultName, Injector][];
  const able = table.filter(([name, { missing }]) => !missing && (!only || name === only));
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
  try {
    let artifact = "";
    let watched = new Map<string, number>();
    for (let round = 0; round < options.injections; round++) {
      // Every fault once, then by weight.
      const [name, injector] = able[round] ?? draw(able, random);
      const cancel = random() < 0.2;
      const at = performance.now();
      const runId = await start(system, round, random);
      await sleep(random() * 500);
      const broken: string[] = [];
      let status: RunStatus | undefined;
      try {
        const undo = await injector.act(system, random);
        if (cancel)
          await eventually(
            "the cancel",
            async () => [await cancelRun(system.engine, system.teamId, runId)],
            PATIENCE_MS,
          );
        await undo?.();
        status = await eventually("the end of the run", () => statusOf(system, runId), PATIENCE_MS);
        if (status !== "SUCCEEDED" && !(cancel && status === "CANCELLED"))
          broken.push(`the run ended as ${status}`);
        broken.push(...(await brokenInRun(system, runId)), ...(await grown(system, watched)));
        const store = await brokenInStore(system, artifact);
        broken.push(...store.broken);
        artifact = store.newest;
        watched = await diarySizes(system, runId);
        await eventually("an answer of gateway and web", () => system.answers(), PATIENCE_MS);
      } catch (error) {
        broken.push(error instanceof Error ? error.message : String(error));
      }
      figures.injected++;
      figures.byFault[name] = (figures.byFault[name] ?? 0) + 1;
      if (status === "CANCELLED") figures.cancelled++;
      if (broken.length) figures.lost.push(`${round}. ${name}: ${broken.join("; ")}`);
      else figures.survived++;
      const seconds = ((performance.now() - at) / 1000).toFixed(1);
      console.log(
        `${round}. ${name}: ${status}, ${seconds} s${broken.length ? ` BROKEN: ${broken.join("; ")}` : ""}`,
      );
      // What hangs would only spoil the rounds after it.
      if (!status) break;
    }
    if (figures.lost.length) console.log(await system.log("worker"));
  } finally {
    await system.close();
  }
  figures.seconds = Math.round((performance.now() - began) / 1000);
  return figures;
}

async function start(system: ChaosSystem, round: number, random: () => number): Promise<string> {
  const nodes: Parameters<typeof graph>[0] = {};
  const wires: string[] = [];
  for (let i = 0; i < NODES; i++) {
    const deaf = random() < 0.1;
    nodes[`n${i}`] = ["busy", { tag: `${round}.n${i}`, ms: 20 + Math.round(random() * 60), deaf }];
    const parents = new Set(i ? [1, 2].map(() => Math.max(0, i - 1 - Math.floor(random() * 6))) : []);
    for (const parent of parents) wires.push(`n${parent}.data > n${i}.data[n${parent}]`);
  }
  const started = await startRun(system.engine, {
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
