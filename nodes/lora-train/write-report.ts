/** `report.json` of a training run. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TrainState } from "@/engines/training/state";
import type { Report } from "@/graph/report";

type Point = { step: number; value: number };

export function trainingReport(state: TrainState, peakMemoryBytes: number): Report {
  const { steps, validations } = state.history;
  const curve = <T extends { step: number }>(of: readonly T[], value: (item: T) => number): Point[] =>
    of.map((item) => ({ step: item.step, value: value(item) }));
  const speeds = steps.map((s) => s.tokensPerSecond).sort((a, b) => a - b);
  const chosen = validations.find((v) => v.step === state.best?.step);
  return {
    primary: chosen ? "perplexity" : "loss",
    metrics: {
      loss: lastLoss(state),
      ...(chosen
        ? { perplexity: chosen.perplexity, validationLoss: chosen.loss, bestStep: chosen.step }
        : {}),
      ...(validations[0]?.step === 0 ? { perplexityBefore: validations[0].perplexity } : {}),
      tokensPerSecond: speeds[Math.floor(speeds.length / 2)] ?? 0,
      peakMemoryBytes,
      steps: state.step,
      seconds: state.seconds,
    },
    series: {
      loss: curve(steps, (s) => s.loss),
      learningRate: curve(steps, (s) => s.learningRate),
      gradNorm: curve(steps, (s) => s.gradNorm),
      ...(validations.length > 0 ? { perplexity: curve(validations, (v) => v.perplexity) } : {}),
    },
    tables: [],
    samples: [],
  };
}

/** Mean of the last tenth of the steps: one step's batch says little. */
export function lastLoss({ history: { steps } }: TrainState): number {
  const last = steps.slice(-Math.max(1, Math.round(steps.length / 10)));
  return last.reduce((sum, s) => sum + s.loss, 0) / Math.max(1, last.length);
}

export const writeReport = (dir: string, report: Report): Promise<void> =>
  writeFile(join(dir, "report.json"), `${JSON.stringify(report, null, 2)}\n`);
