/** Telar's side: a database that syncs, a worker process with pooled job hosts, and this process as the web app's part. */
import { fork } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundle } from "@/scripts/lib/bundle.mjs";
import { startEmbedded } from "@/server/database/embedded";
import { migrate } from "@/server/database/migrate";
import { createPool } from "@/server/db";
import { env } from "@/server/env";
import type { RunEngine } from "@/server/runs/commit";
import { newId } from "@/server/runs/ids";
import { launchRun } from "@/server/runs/start";
import { createListener, followEvents } from "@/server/runs/watch";
import { benchGraph, NODES, SHAPES, type Shape } from "./graphs";
import { benchCatalogue } from "./kinds";
import type { BenchWorker } from "./worker";

/** Milliseconds of a whole run, from the request to its last event. */
export type Measured = { cold: number[]; cached: number[] };

const COLD = 5;
const CACHED = 9;

export async function measureTelar(): Promise<Record<Shape, Measured>> {
  const { root } = env();
  const home = await mkdtemp(join(tmpdir(), "telar-bench-"));
  const programs = join(root, "dist", "bench");
  await bundle({ worker: "bench/engine/worker.ts", "job-host": "bench/engine/job-host.ts" }, programs);
  const database = await startEmbedded({ dir: join(home, "database"), logFile: join(home, "database.log") });
  await migrate(database.url, join(root, "prisma/migrations"));
  const pool = createPool(database.url, { name: "telar-web" });
  const listener = createListener(database.url);
  const engine: RunEngine = { pool, catalogue: benchCatalogue };
  const settings: BenchWorker = {
    url: database.url,
    host: { file: join(programs, "job-host.js") },
    config: {
      artifacts: { kind: "local", dir: join(home, "artifacts") },
      modelsDir: home,
      downloadsDir: home,
      dataDirs: [home],
      trainerDir: join(root, "trainer"),
    },
    logsDir: join(home, "logs"),
  };
  const worker = fork(join(programs, "worker.js"), [JSON.stringify(settings)]);
  const ended = new Promise((done) => worker.once("exit", done));
  try {
    await new Promise((done, fail) => worker.once("message", done).once("exit", fail));
    const teamId = newId();
    await pool.query(`INSERT INTO "Team" (id, slug, name) VALUES ($1, 'bench', 'Bench')`, [teamId]);

    const run = async (shape: Shape, tag: string, expected: string): Promise<number> => {
      const begin = performance.now();
      const graph = { path: `/bench/${shape}.telar.json` };
      const file = benchGraph(shape, `${shape} ${tag}`);
      const started = await launchRun(
        engine,
        { dataDirs: [], modelsDir: home, downloadsDir: home },
        { teamId, graph, file, trigger: "api" },
      );
      if (!started.ok) throw new Error(JSON.stringify(started.problems));
      for await (const _ of followEvents({ pool, listener }, started.runId));
      const took = performance.now() - begin;
      const { rows } = await pool.query<{ status: string; count: number }>(
        `SELECT status::text, count(*) FROM "NodeRun" WHERE "runId" = $1 GROUP BY 1`,
        [started.runId],
      );
      if (rows.length !== 1 || rows[0]!.status !== expected || rows[0]!.count !== NODES)
        throw new Error(`expected ${NODES} nodes ${expected}, found ${JSON.stringify(rows)}`);
      return took;
    };
    const measured = {} as Record<Shape, Measured>;
    for (const shape of SHAPES) {
      await run(shape, "warm-up", "SUCCEEDED");
      const cold: number[] = [];
      for (let i = 0; i < COLD; i++) cold.push(await run(shape, `cold ${i}`, "SUCCEEDED"));
      await run(shape, "cold 0", "CACHED");
      const cached: number[] = [];
      for (let i = 0; i < CACHED; i++) cached.push(await run(shape, "cold 0", "CACHED"));
      measured[shape] = { cold, cached };
      process.stderr.write(
        `Telar ${shape}: ${JSON.stringify(measured[shape], (_, v) => (typeof v === "number" ? Math.round(v) : v))} ms\n`,
      );
    }
    return measured;
  } finally {
    worker.disconnect();
    await ended;
    await listener.close();
    await pool.end();
    await database.stop();
    await rm(home, { recursive: true, force: true });
  }
}
