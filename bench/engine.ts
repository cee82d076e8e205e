/** What the run engine itself takes: 100 no-op nodes cold and from the cache, beside Prefect and Dagster, and idle. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { NODES, SHAPES, type Shape } from "./engine/graphs";
import { idlePrefect, idleTelar } from "./engine/idle-side";
import { measureTelar } from "./engine/telar-side";
import { answerOf } from "./lib/child";
import { pythonEnvironment } from "./lib/python-env";
import { row } from "./lib/row";
import type { BenchRow } from "./run";

/** Seconds of whole runs. Empty where the tool has no cache. */
type Answer = Record<Shape, { cold: number[]; cached: number[] }>;

const BASELINES = fileURLToPath(new URL("./engine/baselines.py", import.meta.url));

export default async function bench(): Promise<BenchRow[]> {
  const python = await pythonEnvironment(resolve(process.env.TELAR_HOME ?? ".telar"), "engine");
  const telar = await measureTelar();
  const prefect = await baseline(python, "prefect");
  const dagster = await baseline(python, "dagster");
  const idle = await idleTelar();
  const idleServer = await idlePrefect(python);
  const perNode = (list: readonly number[]) => median(list) / NODES;
  return [
    ...SHAPES.flatMap((shape): BenchRow[] => {
      const cold = (from: Answer) => perNode(from[shape].cold.map((seconds) => seconds * 1000));
      const own = perNode(telar[shape].cold);
      const again = median(telar[shape].cached);
      const prefectAgain = median(prefect[shape].cached) * 1000;
      const dagsterAgain = median(dagster[shape].cold) * 1000;
      return [
        row(`cold, ${shape}`, "ms a node", own, cold(prefect), "Prefect", "less", "≤ 15 ms"),
        row(`cold, ${shape}`, "ms a node", own, cold(dagster), "Dagster, one process", "less", "≤ 15 ms"),
        row(`again, ${shape}`, "ms", again, prefectAgain, "Prefect, cached", "less", "≤ 200 ms"),
        row(`again, ${shape}`, "ms", again, dagsterAgain, "Dagster, runs again", "less", "≤ 200 ms"),
      ];
    }),
    row(
      "idle CPU",
      "% of a core",
      idle.cpuPercent,
      idleServer.cpuPercent,
      "Prefect's server",
      "less",
      "< 1 %",
    ),
    row("idle memory", "MB", idle.megabytes, idleServer.megabytes, "Prefect's server", "less", "< 250 MB"),
  ];
}

async function baseline(python: string, side: string): Promise<Answer> {
  const home = await mkdtemp(join(tmpdir(), `${side}-bench-`));
  try {
    return await answerOf<Answer>(python, [BASELINES, side, home]);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

function median(list: readonly number[]): number {
  const sorted = [...list].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
